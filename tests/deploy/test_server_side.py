"""Server-side apply: the server merges, and conflicts have names."""

import pytest

from tests.deploy.objects import OWNER, config_map, config_map_id, placed
from tests.fakes.managing_cluster import ManagingCluster
from werfish.deploy.changes import Action, Change, changes_of
from werfish.deploy.execute import Executor
from werfish.deploy.live import live_of
from werfish.deploy.modes import ApplyMethod, Modes
from werfish.deploy.recorded import Recorded
from werfish.deploy.server_side import FieldConflictsError, applied
from werfish.kube.errors import InvalidError
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.kube.schema import UNKNOWN

ID = config_map_id("a")
SERVER_SIDE = Modes(method=ApplyMethod.SERVER_SIDE)
FORCED = Modes(method=ApplyMethod.SERVER_SIDE, force_conflicts=True)


@pytest.fixture
def cluster() -> ManagingCluster:
    cluster = ManagingCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    return cluster


def change(
    cluster: ManagingCluster, desired: Resource, *recorded: Resource, modes: Modes = SERVER_SIDE
) -> Change:
    live, records = live_of(cluster, [ID]), Recorded(recorded)
    found = changes_of([desired], live, records, OWNER, lambda gvk: UNKNOWN, modes=modes)
    (one,) = applied(found, cluster, modes)
    return one


def execute(cluster: ManagingCluster, found: Change, modes: Modes = SERVER_SIDE) -> None:
    Executor(
        cluster, OWNER, schema_of=lambda gvk: UNKNOWN, wait_gone=lambda ids: None, modes=modes
    ).make(found)


def deploy(
    cluster: ManagingCluster, desired: Resource, *recorded: Resource, modes: Modes = SERVER_SIDE
) -> Change:
    found = change(cluster, desired, *recorded, modes=modes)
    execute(cluster, found, modes)
    return found


def managers(cluster: ManagingCluster) -> list[tuple[str, str]]:
    entries = cluster.get(ID)["metadata"]["managedFields"]
    return [(entry["manager"], entry["operation"]) for entry in entries]


def write(cluster: ManagingCluster, manager: str, **data: str) -> None:
    cluster.manager = manager
    cluster.patch(ID, {"data": data})


def test_an_object_is_created_changed_and_then_left_alone(cluster: ManagingCluster) -> None:
    assert deploy(cluster, config_map("a", x="1", y="1")).action is Action.CREATE
    assert managers(cluster) == [("werfish", "Apply")]
    update = deploy(cluster, config_map("a", x="2"))
    assert (update.action, set(update.fields)) == (Action.UPDATE, {"data.x", "data.y"})
    assert cluster.get(ID)["data"] == {"x": "2"}
    assert change(cluster, config_map("a", x="2")).action is Action.NONE


def test_planning_writes_nothing(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    before = cluster.get(ID)
    change(cluster, config_map("a", x="2"))
    assert cluster.get(ID) == before


def test_what_others_added_stays(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    write(cluster, "somebody", z="9")
    deploy(cluster, config_map("a", x="2"))
    assert cluster.get(ID)["data"] == {"x": "2", "z": "9"}


def test_drift_by_hand_is_repaired(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    write(cluster, "kubectl-edit", x="drift")
    deploy(cluster, config_map("a", x="1"))
    assert cluster.get(ID)["data"] == {"x": "1"}


def test_a_conflict_names_field_and_manager_and_writes_nothing(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    write(cluster, "operator", x="9")
    with pytest.raises(FieldConflictsError, match=r'ConfigMap/a: \.data\.x is set by "operator"'):
        change(cluster, config_map("a", x="1"))
    deploy(cluster, config_map("a", x="1"), modes=FORCED)
    assert cluster.get(ID)["data"] == {"x": "1"}


def test_a_conflict_that_comes_between_plan_and_write_is_told_too(
    cluster: ManagingCluster,
) -> None:
    deploy(cluster, config_map("a", x="1"))
    found = change(cluster, config_map("a", x="2"))
    write(cluster, "operator", x="9")
    with pytest.raises(FieldConflictsError, match="operator"):
        execute(cluster, found)


@pytest.mark.parametrize("manager", ["helm", "kubectl-client-side-apply", "werfish"])
def test_client_side_fields_become_ours_so_that_dropped_ones_go(
    cluster: ManagingCluster, manager: str
) -> None:
    cluster.manager = manager
    cluster.create(placed(config_map("a", x="1", gone="1")))
    found = deploy(cluster, config_map("a", x="1"), config_map("a", x="1", gone="1"))
    assert found.reason == f"takes over the fields of {manager}"
    assert found.after is not None
    assert found.after["data"] == {"x": "1"}
    assert cluster.get(ID)["data"] == {"x": "1"}
    assert managers(cluster) == [("werfish", "Apply")]
    assert change(cluster, config_map("a", x="1")).action is Action.NONE


def test_an_object_that_goes_between_plan_and_write_comes_back(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    found = change(cluster, config_map("a", x="2"))
    cluster.delete(ID)
    execute(cluster, found)
    assert cluster.get(ID)["data"] == {"x": "2"}


def test_an_object_of_others_that_comes_between_is_not_taken(cluster: ManagingCluster) -> None:
    found = change(cluster, config_map("a", x="1"), modes=FORCED)
    cluster.manager = "kubectl-create"
    cluster.create(placed(config_map("a", x="9"), None))
    with pytest.raises(FieldConflictsError, match="kubectl-create"):
        execute(cluster, found, FORCED)


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        pytest.param("data: field is immutable", 422, id="immutable"),
        pytest.param('admission webhook "x" does not support dry run', 400, id="webhook"),
    ],
)
def test_what_a_dry_run_cannot_answer_is_planned_by_ourselves(
    cluster: ManagingCluster, problem: str, status: int
) -> None:
    deploy(cluster, config_map("a", x="1"))

    def refuse(id: ResourceId, body: object, **options: object) -> Manifest:
        raise InvalidError(f"patch {id}", problem, status=status)

    cluster.patch = refuse  # type: ignore[method-assign]
    assert change(cluster, config_map("a", x="2")).action is Action.UPDATE


def test_what_is_being_deleted_is_made_anew_and_not_applied(cluster: ManagingCluster) -> None:
    deploy(cluster, config_map("a", x="1"))
    cluster.patch(ID, {"metadata": {"finalizers": ["example.com/hold"]}})
    cluster.delete(ID)
    assert change(cluster, config_map("a", x="1")).action is Action.RECREATE
