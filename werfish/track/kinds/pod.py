"""A Pod of its own is ready when its containers are, or when it has done its work.

One that was made to do something and end (a hook) is ready only then.
"""

from werfish.kube.resource import Manifest
from werfish.track.verdict import (
    Readiness,
    Verdict,
    because,
    condition,
    failed,
    has_condition,
    ready,
    waiting,
)


def pod(live: Manifest) -> Readiness:
    """Judge a Pod that no controller owns."""
    found = finishing_pod(live)
    if found.verdict is Verdict.WAITING and has_condition(live, "Ready"):
        return ready("ready")
    return found


def finishing_pod(live: Manifest) -> Readiness:
    """Judge a Pod that is waited for until it has ended."""
    status = live.get("status") or {}
    phase = status.get("phase") or "Pending"
    if phase == "Succeeded":
        return ready("succeeded")
    if phase == "Failed":
        return failed(because(status) or "the pod failed")
    if has_condition(live, "Ready"):
        return waiting("running")
    return waiting(because(condition(live, "Ready")) or phase.lower())
