"""What verdicts mean for the release, by fail mode and termination mode."""

import pytest

from werfish.kube.resource import Gvk, ResourceId
from werfish.track.annotations import FailMode, TerminationMode, TrackingOptions
from werfish.track.outcome import Outcome, outcome_of
from werfish.track.verdict import Readiness, failed, ready, waiting

ONE = ResourceId(Gvk("apps", "v1", "Deployment"), "default", "one")
TWO = ResourceId(Gvk("apps", "v1", "Deployment"), "default", "two")
FAIL = TrackingOptions()
IGNORE = TrackingOptions(fail_mode=FailMode.IGNORE)
HOPE = TrackingOptions(fail_mode=FailMode.HOPE)
FREE = TrackingOptions(termination=TerminationMode.NON_BLOCKING)
GO_ON, DONE = Outcome(False), Outcome(True)


@pytest.mark.parametrize(
    ("one", "options", "two", "expected"),
    [
        pytest.param(ready(), FAIL, ready(), DONE, id="all-ready"),
        pytest.param(ready(), FAIL, waiting(""), GO_ON, id="one-waits"),
        pytest.param(failed(""), FAIL, waiting(""), Outcome(True, ONE), id="fail-at-once"),
        pytest.param(failed(""), IGNORE, waiting(""), GO_ON, id="ignored-others-wait"),
        pytest.param(failed(""), IGNORE, ready(), DONE, id="ignored"),
        pytest.param(failed(""), HOPE, waiting(""), GO_ON, id="hoped-others-wait"),
        pytest.param(failed(""), HOPE, ready(), Outcome(True, ONE), id="hoped-in-vain"),
        pytest.param(waiting(""), FREE, ready(), DONE, id="not-waited-for"),
        pytest.param(failed(""), FREE, waiting(""), Outcome(True, ONE), id="free-may-fail"),
    ],
)
def test_outcome(
    one: Readiness, options: TrackingOptions, two: Readiness, expected: Outcome
) -> None:
    found = outcome_of({ONE: one, TWO: two}, {ONE: options, TWO: FAIL})
    assert found == expected


def test_nothing_to_follow_is_done() -> None:
    assert outcome_of({}, {}) == DONE
