"""A deploy, from the chart to the record, in memory."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.actions.releasing import CONFIG_MAP, Releasing, text
from tests.fakes.cluster import FakeWatch
from werfish.deploy.changes import Action, AdoptionError
from werfish.errors import DeployError
from werfish.helm.render_errors import RenderError
from werfish.kube.annotations import AnnotationError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.locks.lease import LEASE
from werfish.releases.lease import LeaseLostError
from werfish.releases.release import Status


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm")


def test_a_first_deploy_makes_everything(world: Releasing) -> None:
    deployed = world.deploy(text("a", "{x: '1'}"))
    assert world.data("a") == {"x": "1"}
    assert world.history() == [(1, "deployed")]
    assert deployed.release.description == "Install complete"
    assert deployed.release.holder == ""
    assert deployed.release.chart["metadata"]["name"] == "shop"
    assert deployed.release.config["global"]["env"] == "test"
    assert "# Source: shop/templates/a.yaml" in deployed.release.manifest


def test_the_next_deploy_changes_adds_and_removes(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"), text("b"))
    plan = world.deploy(text("a", "{x: '2'}"), text("c")).plan
    assert world.names() == ["a", "c"]
    assert world.data("a") == {"x": "2"}
    assert world.history() == [(1, "superseded"), (2, "deployed")]
    assert [plan.count(action) for action in (Action.CREATE, Action.UPDATE, Action.DELETE)] == [
        1,
        1,
        1,
    ]


def test_an_unchanged_chart_writes_nothing_but_a_record(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.cluster.requests.clear()
    world.deploy(text("a", "{x: '1'}"))
    written = {name for method, name in world.cluster.requests if method in {"patch", "create"}}
    assert written == {"Lease/werfish-rel"}
    assert world.history() == [(1, "superseded"), (2, "deployed")]


def test_an_unchanged_resource_is_not_given_time_to_settle(world: Releasing) -> None:
    ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {}\n"
    id = ResourceId(Gvk("networking.k8s.io", "v1", "Ingress"), "prod", "web")
    create = world.cluster.create

    def reached(manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        status = {"loadBalancer": {"ingress": [{"ip": "10.0.0.1"}]}}
        more = {"status": status} if manifest["kind"] == "Ingress" else {}
        return create({**manifest, **more}, dry_run=dry_run)

    world.cluster.create = reached  # type: ignore[method-assign]
    world.deploy(ingress)
    world.cluster.patch(id, {"status": None})
    world.timeout = 5
    world.deploy(ingress)
    assert "taken as it is" in world.output.getvalue()


def test_drift_is_repaired_and_what_others_added_stays(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.edit("a", x="drift", foreign="9")
    world.deploy(text("a", "{x: '1'}"))
    assert world.data("a") == {"x": "1", "foreign": "9"}


def test_a_chart_that_does_not_render_leaves_nothing(world: Releasing) -> None:
    with pytest.raises(RenderError):
        world.deploy("fail")
    assert world.history() == []
    assert not [request for request in world.cluster.requests if request[0] == "create"]


def test_foreign_objects_are_refused_before_anything_is_written(world: Releasing) -> None:
    world.cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    metadata = {"name": "a", "namespace": "prod"}
    world.cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    with pytest.raises(AdoptionError):
        world.deploy(text("a"), text("b"))
    assert world.names() == ["a"]
    assert world.history() == []


def test_a_failure_is_recorded_and_the_next_deploy_takes_back_what_it_did(
    world: Releasing,
) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.refuse("bad")
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(text("a", "{x: '1', y: '2'}"), text("b"), text("bad"))
    assert world.history() == [(1, "deployed"), (2, "failed")]
    assert "wrong" in world.records.history("rel")[-1].description
    world.deploy(text("a", "{x: '1'}"))
    assert world.names() == ["a"]
    assert world.data("a") == {"x": "1"}
    assert world.history() == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_a_deploy_that_fails_brings_back_the_one_before(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.refuse("bad")
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(text("a", "{x: '2'}"), text("b"), text("bad"), auto_rollback=True)
    assert world.data("a") == {"x": "1"}
    assert world.names() == ["a"]
    assert world.history() == [(1, "superseded"), (2, "failed"), (3, "deployed")]


def test_a_first_deploy_that_fails_has_nothing_to_go_back_to(world: Releasing) -> None:
    world.refuse("bad")
    with pytest.raises(DeployError, match="wrong"):
        world.deploy(text("bad"), auto_rollback=True)
    assert world.history() == [(1, "failed")]
    assert "there is nothing to go back to" in world.output.getvalue()


def test_what_a_killed_run_left_is_finished(world: Releasing) -> None:
    world.deploy(text("a", "{x: '1'}"))
    world.mark(status=Status.PENDING_UPGRADE, holder="dead")
    world.deploy(text("a", "{x: '2'}"))
    assert world.history() == [(1, "failed"), (2, "deployed")]
    assert world.data("a") == {"x": "2"}


def test_an_interruption_is_recorded(world: Releasing) -> None:
    world.deploy(text("a"))

    def interrupt(id: ResourceId, body: object, **options: object) -> Manifest:
        raise KeyboardInterrupt

    world.cluster.patch = interrupt  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        world.deploy(text("a", "{x: '1'}"))
    assert world.history() == [(1, "deployed"), (2, "failed")]


@pytest.mark.parametrize(
    ("limit", "left"), [(0, [1, 2, 3, 4]), (1, [3, 4]), (2, [3, 4]), (3, [2, 3, 4])]
)
def test_old_revisions_go(world: Releasing, limit: int, left: list[int]) -> None:
    """The deployed revision stays until the next one is, as in Helm, though one alone may stay."""
    for _ in range(4):
        world.deploy(text("a"), history_max=limit)
    assert [revision for revision, _ in world.history()] == left


def test_hooks_run_around_the_rest(world: Releasing) -> None:
    hook = "  annotations: {helm.sh/hook: 'pre-install,post-upgrade'}\n"
    world.deploy(text("h", "{n: '1'}", hook), text("a"))
    planned = world.output.getvalue().partition("Applying")[0]
    assert "> ConfigMap/h runs (pre-install hook)\n" in planned
    assert "post-upgrade" not in planned
    created = [name for method, name in world.cluster.requests if method == "create"]
    assert created.index("ConfigMap/h") < created.index("ConfigMap/a")
    world.deploy(text("a"))
    assert world.names() == ["a", "h"]


def test_nothing_stays_locked(world: Releasing) -> None:
    world.deploy(text("a"))
    assert ("create", "Lease/werfish-rel") in world.cluster.requests
    assert world.cluster.list(LEASE, "prod").items == ()


HOME = "apiVersion: v1\nkind: Namespace\nmetadata: {name: prod, labels: {team: a}}\n"


def test_the_chart_may_state_the_namespace_of_the_release(world: Releasing) -> None:
    """It is made before the chart's objects are, and must not be taken for somebody else's."""
    home = ResourceId(Gvk("", "v1", "Namespace"), "", "prod")
    for _ in range(2):
        world.deploy(HOME, text("a"))
        assert world.cluster.get(home)["metadata"]["labels"]["team"] == "a"
    world.deploy(text("a"))
    assert world.cluster.get(home), "its records live there"
    assert world.names() == ["a"]


def test_a_wrong_annotation_is_found_before_anything_is_written(world: Releasing) -> None:
    with pytest.raises(AnnotationError):
        world.deploy(text("a"), text("b", extra="  annotations: {werf.io/skip-logs: Nope}\n"))
    assert world.history() == []
    assert not [request for request in world.cluster.requests if request[0] == "create"]


def test_a_resource_may_become_a_hook(world: Releasing) -> None:
    """The hook takes the name of what left the chart, which must neither go nor be waited for."""
    world.timeout = 1
    hook = "  annotations: {helm.sh/hook: 'pre-upgrade'}\n"
    world.deploy(text("a"), text("b"))
    world.deploy(text("a", "{x: '1'}", hook), text("b"))
    assert world.data("a") == {"x": "1"}
    assert world.history() == [(1, "superseded"), (2, "deployed")]


@pytest.mark.parametrize(
    ("moment", "written"),
    [("helm.sh/hook: post-upgrade", {"x": "1"}), ("werf.io/deploy-on: pre-upgrade", {})],
)
def test_a_release_that_was_taken_over_is_left_to_the_other_run(
    world: Releasing, moment: str, written: dict[str, str]
) -> None:
    """Its record is marked failed by then, which must not become deployed again."""
    world.deploy(text("a"))
    create = world.cluster.create

    def taken_over(manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        if manifest["metadata"]["name"] == "h":
            world.mark(status=Status.FAILED, holder="")
            newest = world.records.history("rel")[-1]
            world.records.create(replace(newest, revision=3, status=Status.PENDING_UPGRADE))
        return create(manifest, dry_run=dry_run)

    world.cluster.create = taken_over  # type: ignore[method-assign]
    with pytest.raises(LeaseLostError):
        world.deploy(text("a", "{x: '1'}"), text("h", extra=f"  annotations: {{{moment}}}\n"))
    assert world.data("a") == written
    assert world.history() == [(1, "deployed"), (2, "failed"), (3, "pending-upgrade")]


def test_a_release_that_helm_uninstalled_is_installed_anew(world: Releasing) -> None:
    """With --keep-history its records stay; helm upgrade --install installs it then, too."""
    hook = "  annotations: {helm.sh/hook: pre-install}\n"
    world.deploy(text("a"))
    world.mark(status=Status.UNINSTALLED)
    release = world.deploy(text("a"), text("h", extra=hook)).release
    assert "h" in world.names()
    assert release.description == "Install complete"
    assert world.history() == [(1, "uninstalled"), (2, "deployed")]


def test_what_is_still_being_deleted_is_waited_for_and_made_anew(world: Releasing) -> None:
    """Whoever deletes it may be a run before, which dropped it; a patch would go with it."""
    world.deploy(text("a"), text("b"))
    id, watch = ResourceId(CONFIG_MAP, "prod", "a"), world.cluster.watch
    world.cluster.patch(id, {"metadata": {"finalizers": ["example.com/hold"]}})
    world.cluster.delete(id)

    def let_go(gvk: Gvk, namespace: str = "", **options: str) -> FakeWatch:
        if gvk == CONFIG_MAP and "a" in world.names():
            world.cluster.patch(id, {"metadata": {"finalizers": None}})
        return watch(gvk, namespace, **options)

    world.cluster.watch = let_go  # type: ignore[method-assign]
    world.timeout = 5
    world.deploy(text("a"), text("b"))
    assert world.names() == ["a", "b"]
    assert "deletionTimestamp" not in world.cluster.get(id)["metadata"]


POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: i}\nspec: {}\n"


@pytest.mark.parametrize("is_dismissed", [False, True])
def test_what_is_recorded_in_a_version_that_went_goes_all_the_same(
    world: Releasing, is_dismissed: bool
) -> None:
    """Helm kept it when the cluster still served that; a newer cluster serves the same object."""
    world.deploy(POLICY, text("a"))
    manifest = world.records.history("rel")[-1].manifest
    world.mark(manifest=manifest.replace("networking.k8s.io/v1", "extensions/v1beta1"))
    if is_dismissed:
        world.dismiss()
    else:
        world.deploy(text("a"))
    assert world.cluster.list(Gvk("networking.k8s.io", "v1", "NetworkPolicy"), "prod").items == ()
