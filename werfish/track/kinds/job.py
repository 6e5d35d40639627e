"""A Job is ready when it is complete; running is not enough, and failed is final.

Its controller states a failure only when the last pod has ended: more failed pods than
``backoffLimit`` allows are final before that, unless what succeeded is enough. One that is deleted
since it has ended (``ttlSecondsAfterFinished``) has ended all the same.
"""

from werfish.kube import fields
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

_ENOUGH = "SuccessCriteriaMet"


def job(live: Manifest) -> Readiness:
    """Judge a Job by its conditions; ``FailureTarget`` announces the failure."""
    for type in ("Failed", "FailureTarget"):
        if has_condition(live, type):
            return failed(because(condition(live, type)) or "the job failed")
    if has_condition(live, "Complete"):
        return ready("complete")
    return _too_many_failed(live) or waiting(_unfinished(live))


def is_cleaned_up(live: Manifest) -> bool:
    """Tell whether a Job has ended and states that it is then to be deleted."""
    is_over = has_condition(live, "Complete") or has_condition(live, "Failed")
    return is_over and fields.has(live, "spec", "ttlSecondsAfterFinished")


def _too_many_failed(live: Manifest) -> Readiness | None:
    broken = fields.count(live, "status", "failed")
    limit = fields.count(live, "spec", "backoffLimit", default=broken)
    if broken > limit >= 0 and not has_condition(live, _ENOUGH):
        return failed(f"BackoffLimitExceeded: {broken} pods failed, {limit} may")
    return None


def _unfinished(live: Manifest) -> str:
    if has_condition(live, _ENOUGH):
        return "succeeded, and its other pods are ending"
    if has_condition(live, "Suspended") or fields.is_true(live, "spec", "suspend"):
        return "suspended"
    succeeded, broken = (fields.count(live, "status", name) for name in ("succeeded", "failed"))
    wanted = fields.count(live, "spec", "completions", default=1)
    return f"{succeeded} of {wanted} pods succeeded" + (f", {broken} failed" if broken else "")
