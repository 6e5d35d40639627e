"""Deploys that differ from the usual one, from the chart to the record, in memory."""

import random
from pathlib import Path

import pytest

from tests.actions.releasing import CONFIG_MAP, Releasing, text
from tests.fakes.managing_cluster import ManagingCluster
from werfish.deploy.merging import REPAIR_PATCH
from werfish.deploy.modes import ApplyMethod, MergeMode, Modes
from werfish.deploy.owner import Owner, owner_of
from werfish.errors import DeployError
from werfish.kube.resource import Gvk, ResourceId
from werfish.releases.size import RecordTooLargeError

CRD = ResourceId(
    Gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition"), "", "things.example.com"
)
KEEP = "  annotations: {helm.sh/resource-policy: keep}\n"


def definition(columns: str) -> str:
    return f"""apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: things.example.com}}
spec:
  group: example.com
  names: {{kind: Thing, plural: things}}
  versions: [{{name: v1, served: false, storage: true, columns: {columns}}}]
"""


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm")


def established(world: Releasing) -> None:
    """Play the controller that accepts the definition."""
    condition = {"type": "Established", "status": "True"}
    world.cluster.patch(CRD, {"status": {"conditions": [condition]}}, subresource="status")


@pytest.mark.parametrize(("update", "expected"), [(False, "{a: 1, b: 2}"), (True, "{a: 2}")])
def test_files_of_crds_are_changed_only_where_that_is_asked_for(
    world: Releasing, update: bool, expected: str
) -> None:
    import yaml

    world.cluster.create(yaml.safe_load(definition("{a: 1, b: 2}")))
    established(world)
    world.write(definition("{a: 2}"), folder_name="crds")
    world.deploy(text("a"), modes=Modes(update_crds=update))
    (version,) = world.cluster.get(CRD)["spec"]["versions"]
    assert version["columns"] == yaml.safe_load(expected)
    assert owner_of(world.cluster.get(CRD)) is None


def test_what_a_failed_run_created_goes_again(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.refuse("z")
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(
            text("a", "{x: '2'}"),
            text("b"),
            text("kept", extra=KEEP),
            text("z"),
            modes=Modes(cleanup_on_fail=True),
        )
    assert world.names() == ["a", "kept"]
    assert world.data("a") == {"x": "2"}, "what was there stays as this run made it"
    assert world.history() == [(1, "deployed"), (2, "failed")]
    world.deploy(text("a", "{x: '1'}"))
    assert world.data("a") == {"x": "1"}


def test_without_being_asked_it_stays(world: Releasing) -> None:
    world.refuse("z")
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(text("b"), text("z"))
    assert "b" in world.names()


def test_a_cleanup_that_fails_is_a_warning_beside_the_error(world: Releasing) -> None:
    world.refuse("z")

    def refuse(id: ResourceId, **options: object) -> None:
        raise DeployError("the cluster is away")

    world.cluster.delete = refuse  # type: ignore[method-assign]
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(text("b"), text("z"), modes=Modes(cleanup_on_fail=True))
    assert "could not be removed: the cluster is away" in world.output.getvalue()


DISABLED, NEW = Modes(MergeMode.DISABLED), Modes(MergeMode.ONLY_NEW_RELEASES)


def repair(world: Releasing) -> str | None:
    annotations = world.cluster.get(ResourceId(CONFIG_MAP, "prod", "a"))["metadata"]["annotations"]
    return annotations.get(REPAIR_PATCH) if annotations else None


def test_a_two_way_release_leaves_drift_and_tells_of_it(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1', z: '1'}"), modes=DISABLED)
    world.edit("a", x="drift")
    world.deploy(text("a", "{x: '1', z: '2'}"), modes=NEW)
    assert world.data("a") == {"x": "drift", "z": "2"}
    assert repair(world) == '{"data":{"x":"1"}}'
    assert "ConfigMap/a is left not as the chart says: data.x" in world.output.getvalue()
    world.deploy(text("a", "{x: '1', z: '2'}"))
    assert world.data("a") == {"x": "1", "z": "2"}
    assert repair(world) is None
    world.edit("a", x="drift")
    world.deploy(text("a", "{x: '1', z: '2'}"), modes=NEW)
    assert world.data("a") == {"x": "1", "z": "2"}, "it is a three-way release by now"


def foreign(world: Releasing, annotations: str) -> None:
    world.cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    import yaml

    metadata = {
        "name": "a",
        "namespace": "prod",
        "annotations": yaml.safe_load(annotations),
        "labels": {"app.kubernetes.io/managed-by": "Helm"},
    }
    world.cluster.create(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"own": "1"}}
    )


@pytest.mark.parametrize(
    ("annotations", "loser"),
    [
        pytest.param("{}", "no release", id="of-nobody"),
        pytest.param(
            "{meta.helm.sh/release-name: o, meta.helm.sh/release-namespace: prod}",
            'release "o" in namespace "prod"',
            id="of-another",
        ),
    ],
)
def test_adoption_can_be_forced(world: Releasing, annotations: str, loser: str) -> None:
    foreign(world, annotations)
    world.deploy(text("a", "{x: '1'}"), modes=Modes(force_adoption=True))
    assert world.data("a") == {"own": "1", "x": "1"}
    assert f"(taken over from {loser})" in world.output.getvalue()
    assert owner_of(world.cluster.get(ResourceId(CONFIG_MAP, "prod", "a"))) == Owner("rel", "prod")


def test_a_record_that_is_too_large_is_refused_before_anything_is_written(
    world: Releasing,
) -> None:
    noise = random.Random(1).randbytes(2_000_000).hex()
    with pytest.raises(RecordTooLargeError, match="1 MiB"):
        world.deploy(text("a", f"{{x: '{noise}'}}"))
    assert not [request for request in world.cluster.requests if request[0] == "create"]


def test_a_rollback_has_modes_too(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.deploy(text("a", "{x: '2'}"))
    world.edit("a", x="drift")
    world.rollback(2)
    assert world.data("a") == {"x": "2"}


def test_server_side_apply_deploys_and_says_what_changes(world: Releasing) -> None:
    modes = Modes(method=ApplyMethod.SERVER_SIDE)
    world.deploy(text("a", "{x: '1'}"), modes=modes)
    plan = world.deploy(text("a", "{x: '2'}"), modes=modes).plan
    assert [change.fields for change in plan.steps()] == [("data.x",)]
    assert world.data("a") == {"x": "2"}


@pytest.mark.parametrize(
    "annotation", ["werf.io/resource-policy: skip-update", "werf.io/deploy-on: install"]
)
def test_what_is_left_alone_has_no_conflicts(tmp_path: Path, annotation: str) -> None:
    cluster, modes = ManagingCluster(), Modes(method=ApplyMethod.SERVER_SIDE)
    world = Releasing(tmp_path / ".helm", cluster=cluster)
    extra = f"  annotations: {{{annotation}}}\n"
    world.deploy(text("a", "{x: '1'}", extra), modes=modes)
    cluster.manager = "somebody"
    world.edit("a", x="9")
    plan = world.deploy(text("a", "{x: '2'}", extra), text("b"), modes=modes).plan
    assert [change.id.name for change in plan.steps()] == ["b"]
    assert world.data("a") == {"x": "9"}
