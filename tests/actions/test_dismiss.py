"""A dismissal leaves nothing of the release, and nothing else is touched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.actions.releasing import CONFIG_MAP, Releasing, text
from werfish.actions.deploy_report import DeployReport, Ending, State
from werfish.actions.deploy_summary import summary_of
from werfish.actions.dismiss import ReleaseMissingError
from werfish.deploy.contents import NamespaceInUseError
from werfish.deploy.namespace import find_namespace, namespace_id
from werfish.deploy.owner import RELEASE_NAME, RELEASE_NAMESPACE
from werfish.kube.errors import ApiError, ForbiddenError, InvalidError
from werfish.kube.resource import Manifest, ResourceId
from werfish.releases.lease import LeaseLostError
from werfish.releases.release import Release, Status
from werfish.track.errors import NotGoneError


@pytest.fixture
def world(tmp_path: Path) -> Releasing:
    return Releasing(tmp_path / ".helm")


def test_objects_and_records_go_and_the_namespace_stays(world: Releasing) -> None:
    world.deploy(text("a"))
    world.dismiss()
    assert world.names() == []
    assert world.history() == []
    assert find_namespace(world.cluster, "prod") is not None


def test_the_namespace_goes_if_asked(world: Releasing) -> None:
    world.deploy(text("a"))
    world.dismiss(with_namespace=True)
    assert find_namespace(world.cluster, "prod") is None


def test_who_observes_is_told_what_goes(world: Releasing) -> None:
    world.deploy(text("a"), text("b"))
    report = DeployReport("dismiss", "shop", "prod", lambda: 0.0)
    world.observer = report
    world.dismiss()
    report.end(Ending.SUCCEEDED)
    assert {entry.id.name: entry.state for entry in report.entries.values()} == {
        "a": State.DELETED,
        "b": State.DELETED,
    }
    title, _ = summary_of(report)
    assert "2 deleted" in title


def test_what_is_held_up_is_reported_as_the_reason(world: Releasing) -> None:
    world.timeout = 0.2
    world.deploy(text("a"), text("b", extra="  finalizers: [example.com/hold]\n"))
    report = DeployReport("dismiss", "rel", "prod", lambda: 0.0)
    world.observer = report
    with pytest.raises(NotGoneError) as caught:
        world.dismiss()
    report.end(Ending.FAILED, str(caught.value))
    states = {entry.id.name: (entry.state, entry.reason) for entry in report.entries.values()}
    assert states["a"][0] is State.DELETED
    assert states["b"][0] is State.FAILED
    assert "example.com/hold" in states["b"][1]


@pytest.mark.parametrize(
    "answer",
    [
        InvalidError("delete", "admission webhook a does not support dry run", status=400),
        ApiError("delete", "failed calling webhook: connection refused", status=500),
        ForbiddenError("delete", 'admission webhook "a" denied the request: no', status=403),
    ],
)
def test_what_a_webhook_says_of_the_namespace_before_is_not_the_last_word(
    world: Releasing, answer: ApiError
) -> None:
    """The webhook may be of the release itself, or mind what is still in the namespace."""
    world.deploy(text("a"))
    delete = world.cluster.delete

    def answered(id: ResourceId, *, dry_run: bool = False, **how: Any) -> None:
        if dry_run:
            raise answer
        delete(id, **how)

    world.cluster.delete = answered  # type: ignore[method-assign]
    world.dismiss(with_namespace=True)
    assert find_namespace(world.cluster, "prod") is None


def test_a_namespace_that_may_not_be_deleted_keeps_what_is_in_it(world: Releasing) -> None:
    """A role of one namespace: the release used to be gone when that was found out."""
    world.deploy(text("a"))
    delete = world.cluster.delete

    def refuse(id: ResourceId, **how: Any) -> None:
        if id == namespace_id("prod"):
            raise ForbiddenError("delete Namespace/prod", "namespaces is forbidden", status=403)
        delete(id, **how)

    world.cluster.delete = refuse  # type: ignore[method-assign]
    with pytest.raises(ForbiddenError):
        world.dismiss(with_namespace=True)
    assert world.names() == ["a"]
    assert world.history() == [(1, "deployed")]


def foreign(world: Releasing) -> None:
    metadata = {"name": "foreign", "namespace": "prod"}
    world.cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})


def test_what_others_have_there_is_refused_before_anything_is_deleted(world: Releasing) -> None:
    world.deploy(text("a"))
    foreign(world)
    with pytest.raises(NamespaceInUseError, match="ConfigMap/foreign"):
        world.dismiss(with_namespace=True)
    assert world.names() == ["a", "foreign"]
    assert world.history() == [(1, "deployed")]


def test_what_others_have_there_goes_by_force(world: Releasing) -> None:
    world.deploy(text("a"))
    foreign(world)
    world.dismiss(with_namespace=True, force=True)
    assert find_namespace(world.cluster, "prod") is None


def test_what_others_have_there_stays_otherwise(world: Releasing) -> None:
    world.deploy(text("a"))
    foreign(world)
    world.dismiss()
    assert world.names() == ["foreign"]


def test_nothing_to_dismiss_is_an_error(world: Releasing) -> None:
    with pytest.raises(ReleaseMissingError, match='"rel" was not found'):
        world.dismiss()
    with pytest.raises(ReleaseMissingError):
        world.dismiss(with_namespace=True)


def test_an_empty_namespace_that_is_left_goes(world: Releasing) -> None:
    world.deploy(text("a"))
    world.dismiss()
    world.dismiss(with_namespace=True)
    assert find_namespace(world.cluster, "prod") is None


def test_objects_without_a_record_are_found(world: Releasing) -> None:
    world.deploy(text("a"))
    for release in world.records.history("rel"):
        world.records.delete(release)
    world.dismiss()
    assert world.names() == []


def test_what_must_be_kept_is(world: Releasing) -> None:
    world.deploy(text("a", extra="  annotations: {helm.sh/resource-policy: keep}\n"), text("b"))
    world.dismiss()
    assert world.names() == ["a"]
    assert world.history() == []


def test_hooks_of_a_dismissal_do_not_stay(world: Releasing) -> None:
    hook = "  annotations: {helm.sh/hook: 'pre-delete'}\n"
    world.deploy(text("a"), text("h", extra=hook))
    world.dismiss()
    assert world.names() == []


@pytest.mark.parametrize("with_namespace", [False, True])
def test_a_killed_dismissal_is_finished_by_the_next(tmp_path: Path, with_namespace: bool) -> None:
    """Each write of a whole dismissal in turn is the last one of a first run."""
    kill_at = 0
    while True:
        world = Releasing(tmp_path / str(kill_at))
        world.deploy(text("a"), text("b"))
        killed = _killed_at(world, kill_at, with_namespace=with_namespace)
        try:
            world.dismiss(with_namespace=with_namespace)
        except ReleaseMissingError:
            assert not killed or find_namespace(world.cluster, "prod") is None or not world.names()
        if with_namespace:
            assert find_namespace(world.cluster, "prod") is None
        else:
            assert world.names() == []
            assert world.history() == []
        if not killed:
            return
        kill_at += 1


def _killed_at(world: Releasing, count: int, *, with_namespace: bool) -> bool:
    """Dismiss until *count* deletions are done; tell whether that came before the end."""
    left = count
    delete, forget = world.cluster.delete, world.records.delete

    def step() -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1

    def delete_one(*arguments: object, **options: object) -> None:
        step()
        delete(*arguments, **options)  # type: ignore[arg-type]

    def forget_one(release: Release) -> None:
        step()
        forget(release)

    world.cluster.delete = delete_one  # type: ignore[method-assign]
    world.records.delete = forget_one  # type: ignore[method-assign]
    try:
        world.dismiss(with_namespace=with_namespace)
    except KeyboardInterrupt:
        return True
    finally:
        world.cluster.delete = delete  # type: ignore[method-assign]
        world.records.delete = forget  # type: ignore[method-assign]
    return False


def test_nothing_is_deployed_into_a_namespace_that_goes(world: Releasing) -> None:
    """The API refuses that; a dismissal that was killed has done it, or it is too late."""
    world.deploy(text("a"), text("d", extra="  annotations: {werf.io/deploy-on: pre-delete}\n"))
    home = namespace_id("prod")
    world.cluster.patch(home, {"metadata": {"finalizers": ["example.com/hold"]}})
    world.cluster.delete(home)
    world.timeout = 0.1
    with pytest.raises(NotGoneError):
        world.dismiss(with_namespace=True)
    assert ("create", "ConfigMap/d") not in world.cluster.requests


def test_hooks_that_helm_made_go_too(world: Releasing) -> None:
    """Helm puts no marks on them: the record names them, and they say that they are hooks."""
    hook = "  annotations: {helm.sh/hook: 'pre-install'}\n"
    world.deploy(text("a"), text("h", extra=hook), text("i", extra=hook))
    for name in ("h", "i"):
        marks = dict.fromkeys((RELEASE_NAME, RELEASE_NAMESPACE))
        marks |= {} if name == "h" else {"helm.sh/hook": None}
        world.cluster.patch(
            ResourceId(CONFIG_MAP, "prod", name), {"metadata": {"annotations": marks}}
        )
    world.dismiss()
    assert world.names() == ["i"]


def test_a_release_that_goes_on_without_it_is_left(world: Releasing) -> None:
    """A dismissal that was asleep must not take away what a deploy has made meanwhile."""
    hook = "  annotations: {helm.sh/hook: 'pre-delete'}\n"
    world.deploy(text("a"), text("h", extra=hook))
    create = world.cluster.create

    def deployed_meanwhile(manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        if manifest["metadata"]["name"] == "h":
            newest = world.records.history("rel")[-1]
            world.records.create(replace(newest, revision=2, status=Status.PENDING_UPGRADE))
        return create(manifest, dry_run=dry_run)

    world.cluster.create = deployed_meanwhile  # type: ignore[method-assign]
    with pytest.raises(LeaseLostError):
        world.dismiss()
    assert "a" in world.names()
    assert world.history() == [(1, "uninstalling"), (2, "pending-upgrade")]
