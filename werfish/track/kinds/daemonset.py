"""A DaemonSet is ready when every node that wants its pod has a new, available one.

With ``OnDelete`` old pods are people's to replace: they are reported and not waited for.
"""

from werfish.kube.resource import Manifest
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_stale, ready, waiting


def daemonset(live: Manifest) -> Readiness:
    """Judge a DaemonSet by its own status."""
    if is_stale(live):
        return waiting(NOT_OBSERVED)
    status = live.get("status") or {}
    desired: int = status.get("desiredNumberScheduled") or 0
    updated: int = status.get("updatedNumberScheduled") or 0
    available: int = status.get("numberAvailable") or 0
    strategy = live["spec"].get("updateStrategy") or {}
    if strategy.get("type", "RollingUpdate") == "RollingUpdate" and updated < desired:
        return waiting(f"{updated} of {desired} pods updated")
    if available < desired:
        return waiting(f"{available} of {desired} pods available")
    if updated < desired:
        return ready(f"{desired} pods available, {desired - updated} of them old by strategy")
    return ready(f"{available} of {desired} pods updated and available")
