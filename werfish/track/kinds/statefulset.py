"""A StatefulSet is ready when its pods are ready and as many are new as its strategy promises.

In the middle of a rollout it waits. With ``partition`` the pods below it stay old; with
``OnDelete`` replacing pods is left to people, so old ones are reported and not waited for.
"""

from werfish.kube.resource import Manifest
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_stale, ready, waiting


def statefulset(live: Manifest) -> Readiness:
    """Judge a StatefulSet by its own status."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    spec, status = live["spec"], live.get("status") or {}
    replicas: int = spec.get("replicas", 1)
    updated: int = status.get("updatedReplicas") or 0
    present: int = status.get("replicas") or 0
    available: int = status.get("availableReplicas", status.get("readyReplicas") or 0)
    promised = _promised(live, replicas)
    if updated < promised:
        return waiting(f"{updated} of {promised} pods updated")
    if present > replicas:
        return waiting(f"{present - replicas} surplus pods still there")
    if available < replicas or present < replicas:
        return waiting(f"{available} of {replicas} pods available")
    if updated < replicas:
        return ready(f"{replicas} pods available, {replicas - updated} of them old by strategy")
    return ready(f"{available} of {replicas} pods updated and available")


def _promised(live: Manifest, replicas: int) -> int:
    strategy = live["spec"].get("updateStrategy") or {}
    if strategy.get("type", "RollingUpdate") != "RollingUpdate":
        return 0
    partition: int = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    return max(replicas - partition, 0)
