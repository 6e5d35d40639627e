"""A Pod of its own is ready when its containers are, or when it has done its work.

One that was made to do something and end (a hook) is ready only then. One that is not restarted
and has no probe may be, too: it is ready when it has run for a while.
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

RUNNING_SECONDS = 10.0
"""How long nothing may happen until a pod that may end is taken for one that runs on."""


def pod(live: Manifest) -> Readiness:
    """Judge a Pod that no controller owns."""
    found = finishing_pod(live)
    if found.verdict is Verdict.WAITING and has_condition(live, "Ready"):
        return waiting(found.message, settles=RUNNING_SECONDS) if _may_end(live) else ready("ready")
    return found


def _may_end(live: Manifest) -> bool:
    """Tell whether it is not restarted, and says of itself only that it runs."""
    containers = fields.tables(live, "spec", "containers")
    is_probed = any(fields.has(one, "readinessProbe") for one in containers)
    policy = fields.text(live, "spec", "restartPolicy")
    return policy in ("Never", "OnFailure") and not is_probed


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
