"""A DaemonSet is ready when every node that wants its pod has a new, available one.

With ``OnDelete`` old pods are people's to replace: they are reported and not waited for, but
where some are new already somebody is at it, and it waits a while.
"""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_stale, ready, waiting

HAND_SECONDS = 30.0
"""How long people may take from one pod to the next."""


def daemonset(live: Manifest) -> Readiness:
    """Judge a DaemonSet by its own status."""
    if is_stale(live) or not fields.has(live, "status", "desiredNumberScheduled"):
        return waiting(NOT_OBSERVED)
    desired = fields.count(live, "status", "desiredNumberScheduled")
    updated = fields.count(live, "status", "updatedNumberScheduled")
    current = fields.count(live, "status", "currentNumberScheduled", default=desired)
    available = fields.count(live, "status", "numberAvailable")
    available = min(available, fields.count(live, "status", "numberReady", default=available))
    is_rolling = _strategy(live) == "RollingUpdate"
    if is_rolling and updated < desired:
        return waiting(f"{updated} of {desired} pods updated")
    if min(current, available) < desired:
        return waiting(f"{min(current, available)} of {desired} pods available")
    if 0 < updated < desired:
        return waiting(f"{updated} of {desired} pods replaced by hand", settles=HAND_SECONDS)
    if updated < desired:
        return ready(f"{desired} pods available, {desired - updated} of them old by strategy")
    return ready(f"{desired} of {desired} pods updated and available")


def _strategy(live: Manifest) -> str:
    return fields.text(live, "spec", "updateStrategy", "type") or "RollingUpdate"
