"""A Job is ready when it is complete; running is not enough, and failed is final."""

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


def job(live: Manifest) -> Readiness:
    """Judge a Job by its conditions; ``FailureTarget`` announces the failure."""
    for type in ("Failed", "FailureTarget"):
        if has_condition(live, type):
            return failed(because(condition(live, type)) or "the job failed")
    if has_condition(live, "Complete"):
        return ready("complete")
    if has_condition(live, "SuccessCriteriaMet"):
        return waiting("succeeded, and its other pods are ending")
    if has_condition(live, "Suspended") or fields.is_true(live, "spec", "suspend"):
        return waiting("suspended")
    succeeded, broken = (fields.count(live, "status", name) for name in ("succeeded", "failed"))
    wanted = fields.count(live, "spec", "completions", default=1)
    limit = fields.count(live, "spec", "backoffLimit", default=broken)
    if broken > limit >= 0:
        return failed(f"BackoffLimitExceeded: {broken} pods failed, {limit} may")
    return waiting(
        f"{succeeded} of {wanted} pods succeeded" + (f", {broken} failed" if broken else "")
    )
