"""Every state of the table, as it is and with what should change the verdict on it."""

from typing import Any

import pytest

from tests.track.states import CUSTOM, STATES, State
from werfish.kube.resource import Gvk
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Readiness, Verdict

READY, WAITING = Verdict.READY, Verdict.WAITING


def judged(state: State, stated: dict[str, Any] | None = None, **metadata: Any) -> Readiness:
    group, _, kind = state[0].partition("/")
    live = {
        "metadata": {"name": "web", "generation": 1, **metadata},
        "spec": state[1],
        "status": state[2],
    }
    return readiness_of(Gvk(group, "v1", kind), live, stated or {}, has_status=True)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_verdict_and_words(state: State) -> None:
    found = judged(state)
    assert (found.verdict, state[4] in found.message) == (state[3], True), found.message


@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_status_of_an_earlier_spec_never_decides(state: State) -> None:
    if "observedGeneration" in state[2]:
        assert judged(state, generation=2).verdict is WAITING


@pytest.mark.parametrize("state", STATES, ids=str)
def test_nothing_on_its_way_out_is_ready(state: State) -> None:
    found = judged(state, deletionTimestamp="2024-01-01T00:00:00Z", finalizers=["a.io/b"])
    assert (found.verdict, "a.io/b" in found.message) == (WAITING, True)


@pytest.mark.parametrize("state", CUSTOM, ids=str)
def test_nothing_that_a_controller_reconciles_is_ready(state: State) -> None:
    conditions = [*state[2].get("conditions", []), {"type": "Reconciling", "status": "True"}]
    busy = (*state[:2], {**state[2], "conditions": conditions}, *state[3:])
    assert judged(busy).verdict is not READY


@pytest.mark.parametrize("odd", [None, [], "", "x", 0, True, [None], {"a": None}], ids=repr)
@pytest.mark.parametrize("state", STATES, ids=str)
def test_odd_types_make_nothing_raise(state: State, odd: object) -> None:
    for key in state[2]:
        judged((*state[:2], {**state[2], key: odd}, *state[3:]))
    judged((state[0], odd, odd, *state[3:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("postgresql.cnpg.io/Cluster", "cnpg.io/hibernation", "on"),
        ("postgresql.cnpg.io/Cluster", "cnpg.io/reconciliationLoop", "disabled"),
        ("kafka.strimzi.io/Kafka", "strimzi.io/pause-reconciliation", "true"),
    ],
)
def test_what_its_manifest_holds_back_by_annotation_is_not_waited_for(
    kind: str, name: str, value: str
) -> None:
    state: State = (kind, {}, {}, WAITING, "")
    assert judged(state, {"metadata": {"annotations": {name: value}}}).verdict is READY
    assert judged(state, {"metadata": {"annotations": {name: "no"}}}).verdict is WAITING
