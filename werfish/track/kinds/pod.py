"""A Pod of its own is ready when its containers are, or when it has done its work.

One that was made to do something and end (a hook) is ready only then.
"""

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.cause import Severity
from werfish.track.causes import causes_of
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
    phase = fields.text(live, "status", "phase") or "Pending"
    if phase == "Succeeded":
        return ready("succeeded")
    if phase == "Failed":
        return failed(because(fields.table(live, "status")) or "the pod failed")
    worst = next(iter(causes_of(live)), None)
    if worst is not None and worst.severity is Severity.TERMINAL:
        return failed(str(worst))
    if has_condition(live, "Ready"):
        return waiting("running")
    return waiting(because(condition(live, "Ready")) or phase.lower())
