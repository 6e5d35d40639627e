"""Whatever an object holds, judging it raises nothing."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.track.manifests import resource, workload
from werfish.kube.resource import Gvk
from werfish.kube.status_test import holds, parse_test
from werfish.track.annotations import tracking_options
from werfish.track.budget import Ledger
from werfish.track.judge import Facts, judge
from werfish.track.known import KNOWN
from werfish.track.readiness import RULES, readiness_of
from werfish.track.verdict import Verdict

WORDS = (
    *("conditions", "type", "status", "reason", "message", "phase", "observedGeneration"),
    *("replicas", "readyReplicas", "updatedReplicas", "availableReplicas", "name", "state"),
    *("containerStatuses", "waiting", "terminated", "running", "lastState", "exitCode"),
    *("restartCount", "loadBalancer", "ingress", "health", "sync", "updateStrategy"),
    *("rollingUpdate", "partition", "annotations", "generation", "managedFields", "time"),
    *("desiredNumberScheduled", "template"),
)
VALUES = ("True", "False", "Ready", "Failed", "Progressing", "PodScheduled", "Pending", "3")
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(VALUES)
anything = st.recursive(
    leaves | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=25,
)
parts = st.sampled_from(["metadata", "spec", "status", "involvedObject", "reason", "message"])
objects = st.dictionaries(parts, anything)
CUSTOM = {(rule.group.replace("*", "x"), rule.kind.replace("*", "X")) for rule in KNOWN}
kinds = st.sampled_from(sorted({*RULES, *CUSTOM, ("example.com", "Wonder")}))


@given(kinds, objects, st.booleans())
def test_readiness(kind: tuple[str, str], live: dict[str, Any], has_status: bool) -> None:
    found = readiness_of(Gvk(kind[0], "v1", kind[1]), live, {}, has_status=has_status)
    assert found.verdict in Verdict


@given(objects, st.lists(objects, max_size=3), st.lists(objects, max_size=3))
def test_judgement(
    live: dict[str, Any], pods: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    one = resource(workload())
    facts = Facts(live, pods, None, events, events)
    assert judge(one, tracking_options(one), facts, Ledger()).readiness.verdict in Verdict


@given(objects)
def test_tests_of_statuses(manifest: dict[str, Any]) -> None:
    for text in ("Ready", "{.status.phase}=Running", "{.status.replicas}>={.spec.replicas}"):
        assert holds(parse_test(text), manifest) in (True, False)
