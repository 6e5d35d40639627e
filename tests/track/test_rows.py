"""Rows of the tree: replicas by kind, and pods with what ails them."""

import pytest

from tests.track.manifests import held, live, owned, pod, resource, running, workload
from werfish.screens.events import RowState
from werfish.track.rows import SHOWN_PODS, replicas_of, rows_of
from werfish.track.verdict import ready, waiting

WEB = resource(workload())
TIME = "2024-01-01T10:00:00Z"


@pytest.mark.parametrize(
    ("kind", "spec", "status", "shown"),
    [
        ("Deployment", {"replicas": 3}, {"availableReplicas": 2}, "2/3"),
        ("StatefulSet", {}, {"readyReplicas": 1}, "1/1"),
        ("DaemonSet", {}, {"numberAvailable": 1, "desiredNumberScheduled": 4}, "1/4"),
        ("Job", {"completions": 5}, {}, "0/5"),
        ("ConfigMap", {}, {}, ""),
        ("Deployment", {"replicas": "x"}, {"availableReplicas": []}, "0/1"),
    ],
)
def test_replicas(kind: str, spec: object, status: object, shown: str) -> None:
    assert replicas_of(kind, {"spec": spec, "status": status}, ()) == shown


def test_a_pod_that_has_not_started_is_told_with_its_reason() -> None:
    stuck = pod(held("ImagePullBackOff", "no such image"), name="web-1")
    stuck["metadata"]["creationTimestamp"] = TIME
    own, below = rows_of(WEB.id, waiting("0 of 1"), live(WEB.manifest, replicas=1), [stuck])  # type: ignore[arg-type]
    assert (own.name, own.state, own.reason) == ("Deployment/web", RowState.WAITING, "0 of 1")
    assert (below.name, below.said, below.depth) == ("web-1", "ImagePullBackOff", 1)
    assert below.since == 1704103200.0
    assert "no such image" in below.reason


def test_what_cannot_get_better_has_failed() -> None:
    (_, below) = rows_of(WEB.id, waiting("0 of 1"), None, [pod(held("InvalidImageName"))])
    assert below.state is RowState.FAILED


def test_a_pod_that_goes_is_told_so() -> None:
    going = pod(running())
    going["metadata"]["deletionTimestamp"] = TIME
    assert rows_of(WEB.id, waiting("1 too many"), None, [going])[1].said == "Terminating"


def test_pods_are_shown_until_their_resource_is_ready() -> None:
    assert len(rows_of(WEB.id, ready(), None, [pod(running())])) == 1


def test_of_many_pods_those_that_are_not_ready_come_first() -> None:
    good = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    pods = [owned("Pod", f"good-{n}", "u", status=good) for n in range(50)]
    rows = rows_of(WEB.id, waiting("50 of 51"), None, [*pods, pod(running(), name="slow")])
    assert len(rows) == SHOWN_PODS + 1
    assert [rows[1].name, rows[2].state] == ["slow", RowState.READY]


def test_a_time_that_is_none_is_no_age() -> None:
    broken = {"metadata": {"name": "web", "creationTimestamp": "yesterday"}}
    assert rows_of(WEB.id, ready(), broken, ())[0].since is None
