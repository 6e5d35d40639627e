"""Real rollouts, as a cluster showed them at every step, with the verdict on each step.

`integration.record_states` made them. When a rollout has ended is told there by a test of its
status that knows nothing of the rules here.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from werfish.kube.resource import Gvk
from werfish.kube.status_test import holds, parse_test
from werfish.track.readiness import RULES, readiness_of
from werfish.track.verdict import Verdict

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
WAITING = Verdict.WAITING


def read(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def gvk_of(record: dict[str, Any]) -> Gvk:
    version, _, kind = record["kind"].partition(" ")
    group, _, version = version.rpartition("/")
    return Gvk(group, version, kind)


def verdicts(record: dict[str, Any]) -> list[Verdict]:
    """Return the verdict on each state; of its manifest only the annotations are known."""
    gvk = gvk_of(record)
    return [readiness_of(gvk, live, stated(live)).verdict for live in record["states"]]


def stated(live: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"annotations": live["metadata"].get("annotations", {})}}


def test_there_are_some() -> None:
    assert {read(path)["verdict"] for path in RECORDED} == {"ready", "failed", "waiting"}


def test_every_kind_that_has_a_rule_is_recorded() -> None:
    found = {gvk_of(read(path)) for path in RECORDED}
    assert {(gvk.group, gvk.kind) for gvk in found} == RULES.keys()


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_the_last_step_has_the_verdict_of_the_rollout(path: Path) -> None:
    record = read(path)
    assert verdicts(record)[-1] == record["verdict"]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_there_is_one_verdict_and_it_stays(path: Path) -> None:
    found = verdicts(read(path))
    decided = [one for one in found if one is not WAITING]
    assert len(set(decided)) <= 1
    assert found[len(found) - len(decided) :] == decided, found


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_nothing_is_ready_before_it_has_ended_nor_waits_after(path: Path) -> None:
    record = read(path)
    ended = [holds(parse_test(record["ended"]), live) for live in record["states"]].index(True)
    found = verdicts(record)
    assert Verdict.READY not in found[:ended]
    assert set(found[ended:]) == {record["verdict"]}
