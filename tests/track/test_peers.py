"""States that other tools test their own verdicts with, and the verdict of ours on each.

Their data say what stands in an object, in words of our own and only as far as a verdict may
depend on it: a condition is ``Type``, ``Type=Status`` or ``Type=Status:Reason@observedGeneration``.
*peer* is the verdict of the tool; where ours differs on purpose, *why* says the reason.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from werfish.kube.resource import Gvk
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Verdict

Case = dict[str, Any]
DATA = sorted((Path(__file__).parent / "peers").glob("*.yaml"))
SAME = {
    Verdict.READY: {"ready", "Current", "Healthy"},
    Verdict.WAITING: {"not ready", "InProgress", "Progressing", "Suspended", "Unknown", "Missing"},
    Verdict.FAILED: {"failed", "Failed", "Degraded"},
}


def condition(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    rest, _, observed = text.partition("@")
    rest, _, reason = rest.partition(":")
    type, _, status = rest.partition("=")
    told = {"type": type, "status": status or "True", "reason": reason}
    return {**told, "observedGeneration": int(observed)} if observed else told


def spelled_out(at: object) -> Any:
    """Return *at* with all its conditions in full."""
    if isinstance(at, list):
        return [spelled_out(one) for one in at]
    if not isinstance(at, dict):
        return at
    return {
        key: [condition(one) for one in value] if key == "conditions" else spelled_out(value)
        for key, value in at.items()
    }


def judged(kind: str, case: Case) -> Verdict:
    version, _, name = kind.partition(" ")
    group, _, version = version.rpartition("/")
    metadata = {"name": "a", "generation": case.get("generation", 1), **case.get("metadata", {})}
    live = {"metadata": metadata, "spec": case.get("spec", {})}
    if "status" in case:
        live["status"] = spelled_out(case["status"])
    return readiness_of(Gvk(group, version, name), live, live, has_status=True).verdict


def cases() -> Iterator[Any]:
    for path in DATA:
        for kind, members in yaml.safe_load(path.read_text("utf-8")).items():
            for case in members:
                yield pytest.param(kind, case, id=f"{path.stem}-{kind}-{case['case']}")


CASES = list(cases())


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_the_verdict_is_the_expected_one(kind: str, case: Case) -> None:
    assert judged(kind, case) == case["verdict"]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_difference_has_a_reason_and_only_a_difference(kind: str, case: Case) -> None:
    is_same = case["peer"] in SAME[Verdict(case["verdict"])]
    assert is_same is ("why" not in case), kind
