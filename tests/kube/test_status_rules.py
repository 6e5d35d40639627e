"""Paths into statuses, and the tests that are written with them."""

import pytest

from werfish.kube.jsonpath import parse_path, values_at
from werfish.kube.status_rule import status_rule
from werfish.kube.status_test import holds, parse_test

DOCUMENT = {
    "metadata": {"generation": 2, "labels": {"a.b/c": "x"}},
    "spec": {"replicas": 3},
    "status": {
        "phase": "Done",
        "count": 3,
        "off": False,
        "conditions": [
            {"type": "Ready", "status": "True"},
            {"type": "Old", "status": "True", "observedGeneration": 1},
            {"type": "x.io/Y", "status": "False", "reason": "Bad"},
        ],
    },
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("{.status.phase}", ("Done",)),
        ("$.status.phase", ("Done",)),
        ("status.phase", ("Done",)),
        ("{.metadata.labels['a.b/c']}", ("x",)),
        (r"{.metadata.labels.a\.b/c}", ("x",)),
        ("{.status.conditions[0].type}", ("Ready",)),
        ("{.status.conditions[-1].type}", ("x.io/Y",)),
        ("{.status.conditions[9].type}", ()),
        ("{.status.conditions[*].type}", ("Ready", "Old", "x.io/Y")),
        ('{.status.conditions[?(@.type=="Ready")].status}', ("True",)),
        ("{.status.conditions[?(@.status != 'True')].type}", ("x.io/Y",)),
        ("{.status.conditions[?(@.reason)].type}", ("x.io/Y",)),
        ("{.status.phase.deeper}", ()),
        ("{.nothing[*].at.all}", ()),
    ],
)
def test_paths(path: str, found: tuple[object, ...]) -> None:
    assert values_at(parse_path(path), DOCUMENT) == found


@pytest.mark.parametrize("text", ["", "{}", "{.a[}", "{.a[?(@.b]}", ".a..b", "{.a b}", "."])
def test_no_paths(text: str) -> None:
    with pytest.raises(ValueError, match=r"names no field|not understood"):
        parse_path(text)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Ready", True),
        ("ready=true", True),
        ("Old", False),
        ("Missing!=True", True),
        ("x.io/Y=False and x.io/Y.reason=bad", True),
        ("Ready and Missing", False),
        ("{.status.phase}=Failed|Done", True),
        ("{.status.phase}=Done and dusted", False),
        ("{.status.count}>={.spec.replicas}", True),
        ("{.status.count}>3", False),
        ("{.status.missing}>=0", False),
        ("{.status.missing}>={.spec.replicas}", False),
        ("{.status.count}>={.spec.missing}", False),
        ("{.status.count}>={.spec.missing}|3", True),
        ("{.status.count}>={.spec.missing}|4", False),
        ("{.status.count}>={.spec.replicas}|9", True),
        ("{.status.phase}={.spec.missing}|Done|Skipped", True),
        ("{.status.off}", False),
        ("{.status.phase}", True),
    ],
)
def test_tests(text: str, is_so: bool) -> None:
    assert holds(parse_test(text), DOCUMENT) is is_so


@pytest.mark.parametrize(
    "text", ["", "{", "Ready=", "two words", "{.n}>many", "=x", "{.n}>{.m}|many", "{.n}={.m}x"]
)
def test_no_tests(text: str) -> None:
    with pytest.raises(ValueError, match=r"no test|number|names no field|not understood"):
        parse_test(text)


def test_rules_are_for_groups_and_kinds() -> None:
    assert status_rule("*.istio.io").is_for("networking.istio.io", "Gateway")
    assert not status_rule("*.istio.io").is_for("istio.io", "Gateway")
    assert not status_rule("a.io", "One").is_for("a.io", "Two")
