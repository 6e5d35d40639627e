"""Waiting until deleted objects are really gone."""

import io
from collections.abc import Callable
from time import monotonic

import pytest

from tests.fakes.cluster import FakeCluster
from tests.track.following import CONFIG_MAP
from werfish.kube.cluster import Listing
from werfish.kube.errors import ForbiddenError, NotFoundError
from werfish.kube.resource import Gvk, ResourceId
from werfish.log import Log
from werfish.track.errors import NotGoneError
from werfish.track.gone import wait_gone

Waiting = Callable[..., None]


@pytest.fixture
def wait(cluster: FakeCluster) -> Waiting:
    def run(*ids: ResourceId, timeout: float | None = None) -> None:
        log = Log(io.StringIO(), clock=monotonic)
        going = dict.fromkeys(ids, "")
        wait_gone(going, cluster=cluster, log=log, clock=monotonic, timeout=timeout)

    return run


def test_what_never_was_is_gone(wait: Waiting) -> None:
    wait(ResourceId(CONFIG_MAP, "default", "one"), ResourceId(CONFIG_MAP, "no-namespace", "two"))


def test_what_the_cluster_does_not_even_know_is_gone(wait: Waiting) -> None:
    wait(ResourceId(Gvk("example.com", "v1", "Wonder"), "default", "one"))


def test_it_waits_for_the_finalizer(cluster: FakeCluster, wait: Waiting) -> None:
    id = ResourceId(CONFIG_MAP, "default", "one")
    metadata = {"name": "one", "namespace": "default", "finalizers": ["example.com/hold"]}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    cluster.delete(id)
    with pytest.raises(NotGoneError, match=r"held by finalizers: example\.com/hold"):
        wait(id, timeout=0.2)
    cluster.patch(id, {"metadata": {"finalizers": None}})
    wait(id)


def test_another_object_of_the_name_is_not_waited_for(cluster: FakeCluster) -> None:
    id, log = ResourceId(CONFIG_MAP, "default", "one"), Log(io.StringIO(), clock=monotonic)
    metadata = {"name": "one", "namespace": "default"}
    made = cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    wait_gone({id: "another"}, cluster=cluster, log=log, clock=monotonic, timeout=5)
    uid = made["metadata"]["uid"]
    with pytest.raises(NotGoneError):
        wait_gone({id: uid}, cluster=cluster, log=log, clock=monotonic, timeout=0.2)


class Unwatchable(FakeCluster):
    """A cluster for a role that may delete and read, and neither list nor watch."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise ForbiddenError("list", "not you", status=403)


def test_a_role_that_may_not_watch_looks_once() -> None:
    cluster, id = Unwatchable(), ResourceId(CONFIG_MAP, "default", "one")
    log = Log(io.StringIO(), clock=monotonic)
    wait_gone({id: ""}, cluster=cluster, log=log, clock=monotonic)
    metadata = {"name": "one", "namespace": "default"}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    with pytest.raises(ForbiddenError):
        wait_gone({id: ""}, cluster=cluster, log=log, clock=monotonic)


class Unserved(FakeCluster):
    """A cluster whose kind is still known, and no longer served: its CRD was deleted too."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise NotFoundError("list", "404 page not found", status=404)


def test_what_went_with_its_kind_is_gone() -> None:
    log = Log(io.StringIO(), clock=monotonic)
    id = ResourceId(CONFIG_MAP, "default", "one")
    wait_gone({id: ""}, cluster=Unserved(), log=log, clock=monotonic)
