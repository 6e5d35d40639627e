"""Locks in a cluster: few requests, nothing left, and a failure is no more than a warning."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes.cluster import FakeCluster
from tests.locks.machine import NAMESPACE, Machine
from werfish.kube.errors import ForbiddenError, KubeconfigError, UnreachableError
from werfish.kube.resource import Manifest, ResourceId
from werfish.locks.lease import LEASE, PROCESS, id_of
from werfish.locks.lease_locks import Access, LeaseLocks, lease_id


@pytest.fixture
def cluster() -> FakeCluster:
    found = FakeCluster()
    found.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    found.requests.clear()
    return found


def leases(cluster: FakeCluster) -> list[Manifest]:
    return list(cluster.list(LEASE, NAMESPACE).items)


def foreign(
    cluster: FakeCluster, name: str, annotations: Mapping[str, str] | None = None
) -> Manifest:
    """Put the Lease of another machine for the lock *name*."""
    id = lease_id(NAMESPACE, name)
    spec = {
        "holderIdentity": "other",
        "leaseDurationSeconds": 1,
        "renewTime": "2999-01-01T00:00:00.000000Z",
    }
    metadata = {
        "name": id.name,
        "namespace": NAMESPACE,
        "labels": {"io.werfish.lock": "true"},
        "annotations": dict(annotations or {}),
    }
    return cluster.create(
        {"apiVersion": LEASE.api_version, "kind": "Lease", "metadata": metadata, "spec": spec}
    )


def test_a_lock_is_two_requests_and_leaves_nothing(cluster: FakeCluster) -> None:
    machine = Machine(cluster)
    with machine.locks.held("registry/shop-abc"):
        [lease] = leases(cluster)
        cluster.requests.clear()
    assert lease["metadata"]["annotations"]["io.werfish.lock-name"] == "registry/shop-abc"
    assert lease["spec"]["holderIdentity"] == machine.holder
    assert [method for method, _ in cluster.requests] == ["delete"]
    assert not leases(cluster)


class Swept(FakeCluster):
    """Somebody removes a Lease just before another one takes it over."""

    def replace(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        for lease in leases(self):
            self.delete(id_of(lease))
        return super().replace(manifest, dry_run=dry_run)


def test_a_lease_that_goes_while_it_is_taken_over_is_taken_anew() -> None:
    """Machines remove what the dead left, at any moment."""
    swept = Swept()
    swept.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    foreign(swept, "one", {PROCESS: "dead"})
    machine = Machine(swept, is_dead=lambda mark: mark == "dead")
    swept.requests.clear()
    with machine.locks.held("one"):
        [lease] = leases(swept)
        assert lease["spec"]["holderIdentity"] == machine.holder
    assert "Namespace" not in str([id for method, id in swept.requests if method == "create"])
    assert machine.output.getvalue() == ""


def test_nothing_is_asked_before_the_first_lock(cluster: FakeCluster) -> None:
    machine = Machine(cluster)
    machine.locks.close()
    assert machine.reached == 0
    assert not cluster.requests


def test_only_one_of_a_host_asks_the_cluster(cluster: FakeCluster) -> None:
    machine = Machine(cluster)

    def work() -> None:
        with machine.locks.held("one"):
            pass

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [method for method, _ in cluster.requests] == ["create", "delete"] * 20
    assert machine.reached == 1


def test_a_holder_whose_clock_is_ahead_is_dead_when_it_is_silent(cluster: FakeCluster) -> None:
    foreign(cluster, "one")
    machine = Machine(cluster)
    with machine.locks.held("one"):
        [lease] = leases(cluster)
        assert lease["spec"]["holderIdentity"] == machine.holder
    assert "waiting for" in machine.output.getvalue()


@pytest.mark.parametrize("offset", [-1e6, 1e6], ids=["behind", "ahead"])
def test_a_holder_whose_clock_differs_keeps_it(cluster: FakeCluster, offset: float) -> None:
    ours = threading.Event()
    first = Machine(cluster, now=lambda: time.time() + offset, duration=1)
    second = Machine(cluster, duration=1)

    def take() -> None:
        with second.locks.held("one"):
            ours.set()

    thread = threading.Thread(target=take)
    with first.locks.held("one"):
        thread.start()
        assert not ours.wait(2.5)
    thread.join(60)
    assert ours.is_set()


def test_a_lost_lock_is_a_warning(cluster: FakeCluster) -> None:
    machine = Machine(cluster, duration=0)
    lost = threading.Event()
    machine.log.warning = lambda text: (machine.output.write(text), lost.set())  # type: ignore[method-assign,assignment,func-returns-value]
    with machine.locks.held("one"):
        cluster.patch(lease_id(NAMESPACE, "one"), {"spec": {"holderIdentity": "other"}})
        assert lost.wait(60)
    assert 'hold the lock "one": it was lost' in machine.output.getvalue()
    assert len(leases(cluster)) == 1


def test_a_missing_namespace_is_made() -> None:
    cluster = FakeCluster()
    machine = Machine(cluster)
    with machine.locks.held("one"):
        assert len(leases(cluster)) == 1
    assert "warning" not in machine.output.getvalue()


class Refusing(FakeCluster):
    """A cluster that creates no Leases."""

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        if manifest["kind"] == "Lease":
            self.requests.append(("create", "a Lease"))
            raise ForbiddenError("create a Lease", "leases is forbidden", status=403)
        return super().create(manifest, dry_run=dry_run)


def test_a_cluster_that_refuses_is_asked_once(cluster: FakeCluster) -> None:
    refusing = Refusing()
    machine = Machine(refusing)
    for name in ("one", "two", "three"):
        with machine.locks.held(name):
            pass
    machine.locks.close()
    assert machine.output.getvalue().count("warning") == 1
    assert refusing.requests == [("create", "a Lease")]


@pytest.mark.parametrize(
    "error", [KubeconfigError("read kubeconfig"), UnreachableError("https://k", "here", "no")]
)
def test_a_cluster_that_is_not_there_stops_nothing(error: Exception) -> None:
    machine = Machine(FakeCluster())

    def connect() -> Access:
        raise error

    locks = LeaseLocks(connect, NAMESPACE, machine.host, machine.log)
    with locks.held("one"), locks.held("two"):
        pass
    locks.close()
    assert machine.output.getvalue().count("work may be done twice") == 1


def test_a_holder_that_lives_too_long_is_not_waited_for(cluster: FakeCluster) -> None:
    machine = Machine(cluster, patience=0.2)
    with Machine(cluster).locks.held("one"), machine.locks.held("one"), machine.locks.held("two"):
        pass
    assert 'lock "one": "machine-' in machine.output.getvalue()
    assert not leases(cluster)


class Timed(FakeCluster):
    """A cluster that writes down when it wrote an object, as a real one does."""

    time = "2024-01-01T00:00:00Z"

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        metadata = {**manifest["metadata"], "managedFields": [{"time": self.time}]}
        return super().create({**manifest, "metadata": metadata}, dry_run=dry_run)


def test_locks_of_the_dead_are_removed_at_the_end() -> None:
    cluster = Timed()
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    foreign(cluster, "old")
    cluster.time = "2024-01-01T01:00:00Z"
    foreign(cluster, "young")
    foreign(cluster, "killed", {PROCESS: "gone"})
    cluster.time = "2024-01-01T01:00:30Z"
    own = {"apiVersion": LEASE.api_version, "kind": "Lease", "spec": {}}
    release = {"name": "werfish-shop", "namespace": NAMESPACE}
    cluster.create({**own, "metadata": release})
    machine = Machine(cluster, is_dead={"gone"}.__contains__)
    with machine.locks.held("one"):
        pass
    machine.locks.close()
    left = {lease["metadata"]["name"] for lease in leases(cluster)}
    assert left == {lease_id(NAMESPACE, "young").name, "werfish-shop"}


class Unlisted(FakeCluster):
    """A cluster whose role may not list."""

    def delete(self, id: ResourceId, **which: Any) -> None:
        super().delete(id, **which)
        self.list = self._refused  # type: ignore[method-assign,assignment]

    def _refused(self, *_: object, **__: object) -> None:
        raise ForbiddenError("list Leases", "leases is forbidden", status=403)


def test_who_may_not_list_removes_nothing() -> None:
    machine = Machine(Unlisted())
    with machine.locks.held("one"):
        pass
    machine.locks.close()
    assert "warning" not in machine.output.getvalue()
