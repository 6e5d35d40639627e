"""A StatefulSet is ready when its pods are available and as many are new as its strategy promises.

In the middle of a rollout it waits, also while its controller has yet to call the new revision the
current one. With ``partition`` the pods below it stay old; with ``OnDelete`` replacing pods is
left to people, so old ones are reported and not waited for, but where some are new already
somebody is at it, and it waits a while.
"""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.kinds.daemonset import HAND_SECONDS
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_stale, ready, waiting


def statefulset(live: Manifest) -> Readiness:
    """Judge a StatefulSet by its own status."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    replicas = fields.count(live, "spec", "replicas", default=1)
    promised = _promised(live, replicas)
    updated = _updated(live)
    lacking = f"{updated} of {promised} pods updated" if updated < promised else ""
    lacking = lacking or _unavailable(live, replicas)
    if not lacking and promised == replicas > 0 and not _is_settled(live):
        lacking = "its controller has not ended the rollout yet"
    if lacking:
        return waiting(lacking)
    if updated < replicas and _strategy(live) == "OnDelete" and updated > 0:
        return waiting(f"{updated} of {replicas} pods replaced by hand", settles=HAND_SECONDS)
    if updated < replicas:
        return ready(f"{replicas} pods available, {replicas - updated} of them old by strategy")
    return ready(f"{replicas} of {replicas} pods updated and available")


def _updated(live: Manifest) -> int:
    """Return how many pods are new; where no rollout goes on, old controllers count them once."""
    updated = fields.count(live, "status", "updatedReplicas")
    current = fields.count(live, "status", "currentReplicas")
    return max(updated, current) if _is_settled(live) else updated


def _unavailable(live: Manifest, replicas: int) -> str:
    running = fields.count(live, "status", "readyReplicas")
    present = max(fields.count(live, "status", "replicas"), running)
    available = fields.count(live, "status", "availableReplicas", default=running)
    if present > replicas:
        return f"{present - replicas} surplus pods still there"
    if min(available, present) < replicas:
        return f"{min(available, present)} of {replicas} pods available"
    return ""


def _is_settled(live: Manifest) -> bool:
    old, new = (fields.text(live, "status", f"{name}Revision") for name in ("current", "update"))
    return not old or not new or old == new


def _promised(live: Manifest, replicas: int) -> int:
    if _strategy(live) != "RollingUpdate":
        return 0
    partition = fields.count(live, "spec", "updateStrategy", "rollingUpdate", "partition")
    return min(max(replicas - partition, 0), replicas)


def _strategy(live: Manifest) -> str:
    return fields.text(live, "spec", "updateStrategy", "type") or "RollingUpdate"
