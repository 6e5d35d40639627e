"""What the verdicts on all resources mean for the whole release. Pure."""

from collections.abc import Mapping

from stages.light_dataclass import dataclass
from werfish.kube.resource import ResourceId
from werfish.track.annotations import FailMode, TerminationMode, TrackingOptions
from werfish.track.verdict import Readiness, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether tracking is over, and which resource made it fail, if one did."""

    is_over: bool
    culprit: ResourceId | None = None


def outcome_of(
    readiness: Mapping[ResourceId, Readiness], options: Mapping[ResourceId, TrackingOptions]
) -> Outcome:
    """Return where the release stands.

    A failure in the mode to fail ends it; one in the mode to hope is the last to be asked; one
    in the mode to ignore counts as done. Non-blocking resources are not waited for.
    """
    waits, hopes = False, []
    for id, found in readiness.items():
        mode = options[id].fail_mode
        if found.verdict is Verdict.FAILED:
            if mode is FailMode.FAIL:
                return Outcome(True, id)
            if mode is FailMode.HOPE:
                hopes.append(id)
        elif found.verdict is Verdict.WAITING:
            waits = waits or options[id].termination is TerminationMode.WAIT
    if waits:
        return Outcome(False)
    return Outcome(True, hopes[0] if hopes else None)
