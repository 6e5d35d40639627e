"""A Pod of its own is ready when its containers are, or when it has done its work."""

from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    Readiness,
    because,
    condition,
    failed,
    has_condition,
    ready,
    waiting,
)


def pod(live: Manifest) -> Readiness:
    """Judge a Pod that no controller owns."""
    status = live.get("status") or {}
    phase = status.get("phase") or "Pending"
    if phase == "Succeeded":
        return ready("succeeded")
    if phase == "Failed":
        return failed(because(status) or "the pod failed")
    if has_condition(live, "Ready"):
        return ready("ready")
    return waiting(because(condition(live, "Ready")) or phase.lower())
