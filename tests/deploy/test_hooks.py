"""Hooks run in order, one after the other, and go as they say."""

import io
from collections.abc import Callable, Sequence

import pytest

from tests.deploy.objects import (
    OTHER,
    OWNER,
    annotated,
    config_map,
    config_map_id,
    manifest,
    placed,
    resource,
)
from tests.fakes.cluster import FakeCluster
from werfish.deploy.changes import AdoptionError
from werfish.deploy.hooks import HookRun, run_hooks
from werfish.deploy.owner import Owner
from werfish.errors import TrackError
from werfish.helm.manifests import Hook
from werfish.kube.errors import NotFoundError
from werfish.kube.resource import Resource
from werfish.log import Log

EVENT = ("pre-install",)


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}})
    return cluster


def run(
    cluster: FakeCluster, hooks: Sequence[Hook], done: Callable[[str], None] = lambda name: None
) -> None:
    def wait_done(resources: Sequence[Resource], title: str) -> None:
        done(resources[0].id.name)

    log = Log(io.StringIO(), clock=lambda: 0)
    run_hooks(EVENT[0], hooks, HookRun(cluster, OWNER, log, wait_done, lambda ids: None, lambda: 0))


def job(name: str, weight: int = 0, policies: tuple[str, ...] = ()) -> Hook:
    return Hook(resource(manifest("Job", name, "batch/v1")), EVENT, weight, policies)


def names(cluster: FakeCluster) -> list[str]:
    gvk = job("x").resource.id.gvk
    return [item["metadata"]["name"] for item in cluster.list(gvk, "prod").items]


def test_by_weight_then_by_name_and_only_those_of_the_event(cluster: FakeCluster) -> None:
    ran: list[str] = []
    other = Hook(config_map("c"), ("post-install",))
    run(cluster, [job("z", 5), job("b"), other, job("a"), job("y", -1)], ran.append)
    assert ran == ["y", "a", "b", "z"]
    with pytest.raises(NotFoundError):
        cluster.get(config_map_id("c"))


def test_what_does_not_run_is_only_created(cluster: FakeCluster) -> None:
    ran: list[str] = []
    run(cluster, [Hook(config_map("c"), EVENT)], ran.append)
    assert ran == []
    assert cluster.get(config_map_id("c"))["metadata"]["annotations"][
        "meta.helm.sh/release-name"
    ] == "rel"  # fmt: skip


def test_an_earlier_one_is_deleted_first(cluster: FakeCluster) -> None:
    run(cluster, [job("a")])
    run(cluster, [job("a")])
    assert names(cluster) == ["a"]


@pytest.mark.parametrize(
    ("live", "owner", "is_taken"),
    [
        pytest.param(config_map("c"), None, False, id="what-says-nothing"),
        pytest.param(config_map("c"), OTHER, False, id="of-another-release"),
        pytest.param(config_map("c"), OWNER, True, id="ours"),
        pytest.param(
            annotated(config_map("c"), {"helm.sh/hook": "test"}), None, True, id="of-helm"
        ),
    ],
)
def test_what_is_not_ours_gives_way_to_no_hook(
    cluster: FakeCluster, live: Resource, owner: Owner | None, is_taken: bool
) -> None:
    """It would be deleted before the hook is made: Helm does not look, and leaves no marks."""
    made = cluster.create(placed(live, owner))
    hook = Hook(config_map("c", x="1"), EVENT)
    if is_taken:
        run(cluster, [hook])
    else:
        with pytest.raises(AdoptionError, match="ConfigMap/c"):
            run(cluster, [hook])
    is_there = cluster.get(config_map_id("c"))["metadata"]["uid"] == made["metadata"]["uid"]
    assert is_there is not is_taken


def test_successful_ones_go_if_they_say_so(cluster: FakeCluster) -> None:
    run(cluster, [job("a", policies=("hook-succeeded",)), job("b")])
    assert names(cluster) == ["b"]


@pytest.mark.parametrize(("policies", "left"), [((), ["a"]), (("hook-failed",), [])])
def test_a_failure_ends_it(
    cluster: FakeCluster, policies: tuple[str, ...], left: list[str]
) -> None:
    def fail(name: str) -> None:
        raise TrackError("it failed")

    with pytest.raises(TrackError):
        run(cluster, [job("a", policies=policies), job("b")], fail)
    assert names(cluster) == left
