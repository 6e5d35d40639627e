"""The replicas of what an autoscaler scales are left to it."""

from typing import Any

import pytest

from tests.deploy.objects import OTHER, OWNER, manifest, placed, resource
from tests.fakes.cluster import FakeCluster
from werfish.deploy.autoscaling import AUTOSCALER, scaled_policies
from werfish.deploy.changes import Action, changes_of
from werfish.deploy.execute import Executor
from werfish.deploy.owner import Owner
from werfish.deploy.recorded import Recorded
from werfish.kube.resource import Resource
from werfish.kube.schema import UNKNOWN


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    return cluster


def web(replicas: int | None, image: str = "a") -> Resource:
    spec: dict[str, Any] = {"template": {"image": image}}
    if replicas is not None:
        spec["replicas"] = replicas
    return resource(manifest("Deployment", "web", "apps/v1", spec=spec))


def scaler(kind: str = "HorizontalPodAutoscaler", name: str = "web", **target: str) -> Resource:
    version = "autoscaling/v2" if kind == AUTOSCALER.kind else "keda.sh/v1alpha1"
    return resource(
        manifest(kind, "scaler", version, spec={"scaleTargetRef": {"name": name, **target}})
    )


@pytest.mark.parametrize(
    ("others", "owner", "chart", "is_left"),
    [
        pytest.param([], OWNER, [], False, id="nobody-scales-it"),
        pytest.param([], OWNER, [scaler()], True, id="the-chart-has-an-autoscaler"),
        pytest.param([], OWNER, [scaler("ScaledObject")], True, id="the-chart-has-keda"),
        pytest.param([scaler()], OTHER, [], True, id="somebody-else-has-one"),
        pytest.param([scaler()], OWNER, [], False, id="it-leaves-the-chart"),
        pytest.param([scaler()], OWNER, [scaler()], True, id="it-stays-in-the-chart"),
        pytest.param([scaler(name="api")], OTHER, [], False, id="of-another-workload"),
    ],
)
def test_whose_replicas_are_left(
    cluster: FakeCluster, others: list[Resource], owner: Owner, chart: list[Resource], is_left: bool
) -> None:
    for other in others:
        cluster.create(placed(other, owner))
    live = {web(3).id: placed(web(3))}
    found = scaled_policies(cluster, [web(1), *chart], live, OWNER)
    assert (web(1).id in found) is is_left


@pytest.mark.parametrize("stated", [3, None])
def test_the_cluster_is_not_asked_where_nothing_would_change(
    cluster: FakeCluster, stated: int | None
) -> None:
    cluster.requests.clear()
    assert scaled_policies(cluster, [web(stated)], {web(3).id: placed(web(3))}, OWNER) == {}
    assert cluster.requests == []


@pytest.mark.parametrize(
    ("chart", "replicas"),
    [
        pytest.param([scaler()], 7, id="an-autoscaler-comes"),
        pytest.param([], None, id="nobody-scales-it"),
    ],
)
def test_replicas_that_leave_the_chart_are_left_to_an_autoscaler(
    cluster: FakeCluster, chart: list[Resource], replicas: int | None
) -> None:
    """Without any number the API makes it one: an outage until the autoscaler looks again."""
    live = {web(3).id: placed(web(7))}
    known, wanted = Recorded((web(3),), ((web(None),),)), [web(None), *chart]
    policies = scaled_policies(cluster, wanted, live, OWNER, known)
    change = changes_of(wanted, live, known, OWNER, lambda gvk: UNKNOWN, policies)[0]
    assert change.after is not None
    assert change.after["spec"].get("replicas") == replicas


def test_replicas_that_we_applied_are_left_too(cluster: FakeCluster) -> None:
    """With server-side apply a number that was kept is ours: leaving it out takes it away."""
    entry = {"manager": "werfish", "operation": "Apply", "fieldsV1": {"f:spec": {"f:replicas": {}}}}
    live = placed(web(7))
    live["metadata"]["managedFields"] = [entry]
    wanted = [web(None), scaler()]
    assert web(None).id in scaled_policies(cluster, wanted, {web(7).id: live}, OWNER)


def test_what_is_scaled_while_it_is_written_keeps_the_newest_number(cluster: FakeCluster) -> None:
    before = web(1)
    cluster.create(placed(before))
    cluster.patch(before.id, {"spec": {"replicas": 3}})
    wanted, live = web(1, image="b"), {before.id: cluster.get(before.id)}
    policies = scaled_policies(cluster, [wanted, scaler()], live, OWNER)
    known = Recorded((before,))
    (change,) = changes_of([wanted], live, known, OWNER, lambda gvk: UNKNOWN, policies)
    assert (change.action, change.fields) == (Action.UPDATE, ("spec.template.image",))
    cluster.patch(before.id, {"spec": {"replicas": 7}})
    executor = Executor(cluster, OWNER, schema_of=lambda gvk: UNKNOWN, wait_gone=lambda ids: None)
    executor.wave([change])
    assert cluster.get(before.id)["spec"] == {"replicas": 7, "template": {"image": "b"}}
