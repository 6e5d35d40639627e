"""A Job is ready when it is complete; running is not enough, and failed is final."""

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


def job(live: Manifest) -> Readiness:
    """Judge a Job by its conditions; ``FailureTarget`` announces the failure."""
    if has_condition(live, "Complete"):
        return ready("complete")
    for type in ("Failed", "FailureTarget"):
        if has_condition(live, type):
            return failed(because(condition(live, type)))
    if has_condition(live, "Suspended") or live["spec"].get("suspend"):
        return waiting("suspended")
    status = live.get("status") or {}
    succeeded: int = status.get("succeeded") or 0
    wanted: int = live["spec"].get("completions") or 1
    broken: int = status.get("failed") or 0
    return waiting(
        f"{succeeded} of {wanted} pods succeeded" + (f", {broken} failed" if broken else "")
    )
