"""Changes are made, also where the cluster moved meanwhile."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.deploy.objects import OTHER, OWNER, annotated, config_map, config_map_id, placed
from tests.fakes.cluster import FakeCluster
from werfish.deploy.changes import AdoptionError, Change, changes_of
from werfish.deploy.execute import Executor
from werfish.deploy.immutable import ImmutableFieldError
from werfish.deploy.live import live_of
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.recorded import Recorded
from werfish.kube.errors import InvalidError, NotFoundError
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.kube.schema import UNKNOWN

A1, A2 = config_map("a", x="1"), config_map("a", x="2")
ID = config_map_id("a")


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    return cluster


def changes(cluster: FakeCluster, desired: Resource | None, *recorded: Resource) -> list[Change]:
    wanted = [desired] if desired else []
    live = live_of(cluster, [ID])
    return list(changes_of(wanted, live, Recorded(recorded), OWNER, lambda gvk: UNKNOWN))


def execute(cluster: FakeCluster, found: list[Change]) -> None:
    Executor(cluster, OWNER, schema_of=lambda gvk: UNKNOWN, wait_gone=lambda ids: None).wave(found)


def test_create_update_and_delete(cluster: FakeCluster) -> None:
    execute(cluster, changes(cluster, A1))
    assert cluster.get(ID)["data"] == {"x": "1"}
    execute(cluster, changes(cluster, A2, A1))
    assert cluster.get(ID)["data"] == {"x": "2"}
    execute(cluster, changes(cluster, None, A2))
    with pytest.raises(NotFoundError):
        cluster.get(ID)


def test_what_somebody_wrote_meanwhile_is_merged_too(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, A2, A1)
    cluster.patch(ID, {"data": {"foreign": "9"}})
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "2", "foreign": "9"}


def test_what_went_away_meanwhile_is_created(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, A2, A1)
    cluster.delete(ID)
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "2"}


def test_what_was_created_meanwhile_is_updated_if_it_is_ours(cluster: FakeCluster) -> None:
    found = changes(cluster, A2)
    cluster.create(placed(A1))
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "2"}


def test_what_others_created_meanwhile_is_refused(cluster: FakeCluster) -> None:
    found = changes(cluster, A2)
    cluster.create(placed(A1, OTHER))
    with pytest.raises(AdoptionError):
        execute(cluster, found)


def test_only_the_object_that_was_seen_is_deleted(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, None, A1)
    cluster.delete(ID)
    cluster.create(placed(A2, OTHER))
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "2"}


def test_what_another_release_took_over_meanwhile_is_not_taken_back(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, A2, A1)
    cluster.patch(ID, {"metadata": placed(A1, OTHER)["metadata"]})
    with pytest.raises(AdoptionError):
        execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "1"}


def test_what_another_release_took_over_meanwhile_stays(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, None, A1)
    cluster.patch(ID, {"metadata": placed(A1, OTHER)["metadata"]})
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "1"}


def test_what_is_to_be_kept_by_now_stays(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, None, A1)
    cluster.patch(ID, {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}})
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "1"}


def test_what_only_reports_meanwhile_goes(cluster: FakeCluster) -> None:
    cluster.create(placed(A1))
    found = changes(cluster, None, A1)
    cluster.patch(ID, {"status": {"phase": "Busy"}}, subresource="status")
    execute(cluster, found)
    with pytest.raises(NotFoundError):
        cluster.get(ID)


class Rigid(FakeCluster):
    """A cluster in which no field can be changed."""

    def patch(self, id: ResourceId, body: object, **options: object) -> Manifest:
        raise InvalidError(f"patch {id}", "spec.x: field is immutable", status=422)


@pytest.fixture
def rigid() -> Rigid:
    cluster = Rigid()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    return cluster


def test_what_cannot_change_is_explained(rigid: Rigid) -> None:
    rigid.create(placed(A1))
    with pytest.raises(ImmutableFieldError, match=r"ConfigMap/a.*immutable") as caught:
        execute(rigid, changes(rigid, A2, A1))
    assert "werf.io/delete-policy" in caught.value.hint


def test_what_cannot_change_is_made_anew_where_the_chart_says_so(rigid: Rigid) -> None:
    rigid.create(placed(A1))
    policy = {"werf.io/delete-policy": "before-creation-if-immutable"}
    execute(rigid, changes(rigid, annotated(A2, policy), A1))
    assert rigid.get(ID)["data"] == {"x": "2"}


class Deaf(FakeCluster):
    """A cluster whose answer to a patch is lost; sent again, it meets its own work."""

    def patch(self, id: ResourceId, body: object, **options: Any) -> Manifest:
        super().patch(id, body, **options)
        return super().patch(id, body, **options)


@pytest.mark.parametrize("modes", [USUAL, Modes(is_strict=True)])
def test_what_was_written_though_nobody_said_so_is_no_drift(modes: Modes) -> None:
    cluster = Deaf()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    cluster.create(placed(A1))
    executor = Executor(
        cluster, OWNER, schema_of=lambda gvk: UNKNOWN, wait_gone=lambda ids: None, modes=modes
    )
    executor.wave(changes(cluster, A2, A1))
    assert cluster.get(ID)["data"] == {"x": "2"}


@pytest.mark.parametrize("is_planned", [False, True], ids=["it-came", "it-began-to-go"])
def test_what_is_being_deleted_by_now_is_waited_for(cluster: FakeCluster, is_planned: bool) -> None:
    """The API calls it existing, and lets it be changed; it goes all the same."""
    found = changes(cluster, A2)
    cluster.create(placed(A1))
    found = changes(cluster, A2, A1) if is_planned else found
    cluster.patch(ID, {"metadata": {"finalizers": ["example.com/hold"]}})
    cluster.delete(ID)

    def wait_gone(going: Mapping[ResourceId, str]) -> None:
        assert going == {ID: cluster.get(ID)["metadata"]["uid"]}
        cluster.patch(ID, {"metadata": {"finalizers": None}})

    Executor(cluster, OWNER, schema_of=lambda gvk: UNKNOWN, wait_gone=wait_gone).wave(found)
    live = cluster.get(ID)
    assert live["data"] == {"x": "2"}
    assert "deletionTimestamp" not in live["metadata"]
