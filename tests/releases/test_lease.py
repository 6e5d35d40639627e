"""One run at a time; the dead do not count."""

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.cluster import FakeCluster
from werfish.kube.errors import ApiError, ForbiddenError, NotFoundError
from werfish.kube.resource import Manifest, ResourceId
from werfish.locks.lease import LEASE, PROCESS, Locking
from werfish.log import Log
from werfish.releases.lease import LeaseBusyError, LeaseLostError, held

ID = ResourceId(LEASE, "default", "werfish-rel")


class Clock:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.time = 0.0
        self.at_wait: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.time

    def wait(self, id: ResourceId, version: str, seconds: float) -> None:
        self.at_wait()
        self.time += seconds


def locking(clock: Clock, holder: str = "me", output: io.StringIO | None = None) -> Locking:
    log = Log(output or io.StringIO(), clock=clock)
    return Locking(holder, clock, clock, clock.wait, log, patience=100)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def test_a_lease_is_there_while_it_is_held(cluster: FakeCluster) -> None:
    with held(cluster, "default", "rel", locking(Clock())) as hold:
        hold.check()
        assert hold.is_real
        assert cluster.get(ID)["spec"]["holderIdentity"] == "me"
    with pytest.raises(NotFoundError):
        cluster.get(ID)


@pytest.mark.parametrize(("holder", "left"), [("me", 0), ("other", 1)])
def test_a_renewal_without_an_answer_does_not_keep_it(
    cluster: FakeCluster, holder: str, left: int
) -> None:
    with held(cluster, "default", "rel", locking(Clock())):
        lease = cluster.get(ID)
        cluster.replace(
            {**lease, "spec": {**lease["spec"], "holderIdentity": holder, "renewTime": ""}}
        )
    assert len(cluster.list(LEASE, "default").items) == left


class Ailing(FakeCluster):
    """A cluster that answers its first deletion with an error of its own."""

    is_well = False

    def delete(self, *arguments: Any, **preconditions: Any) -> None:
        if not self.is_well:
            self.is_well = True
            raise ApiError("delete", "internal error", status=500)
        super().delete(*arguments, **preconditions)


def test_an_error_of_a_moment_does_not_keep_it() -> None:
    cluster = Ailing()
    with held(cluster, "default", "rel", locking(Clock())):
        pass
    assert not cluster.list(LEASE, "default").items


def foreign(cluster: FakeCluster, moment: str = "2020-01-01T00:00:00.000000Z") -> Manifest:
    spec = {"holderIdentity": "other", "leaseDurationSeconds": 15, "renewTime": moment}
    metadata = {"name": ID.name, "namespace": ID.namespace}
    return cluster.create(
        {"apiVersion": LEASE.api_version, "kind": "Lease", "metadata": metadata, "spec": spec}
    )


def test_a_silent_holder_is_taken_for_dead_on_our_clock(cluster: FakeCluster) -> None:
    foreign(cluster, "2999-01-01T00:00:00.000000Z")
    clock = Clock()
    with held(cluster, "default", "rel", locking(clock)):
        assert clock.time == 15
        assert cluster.get(ID)["spec"]["leaseTransitions"] == 1


def test_a_holder_that_renews_is_waited_for(cluster: FakeCluster) -> None:
    foreign(cluster)
    clock, output = Clock(), io.StringIO()
    renewals = iter(range(1000))

    def renew() -> None:
        cluster.patch(ID, {"spec": {"renewTime": f"moment {next(renewals)}"}})

    clock.at_wait = renew
    with (
        pytest.raises(LeaseBusyError, match='"other" has held it'),
        held(cluster, "default", "rel", locking(clock, output=output)),
    ):
        pass
    assert output.getvalue().count("waiting for") == 1


def test_a_lease_that_is_let_go_is_taken(cluster: FakeCluster) -> None:
    foreign(cluster)
    clock = Clock()
    clock.at_wait = lambda: cluster.delete(ID)
    with held(cluster, "default", "rel", locking(clock)):
        assert cluster.get(ID)["spec"]["holderIdentity"] == "me"


def test_a_lease_that_was_taken_over_is_lost(cluster: FakeCluster) -> None:
    clock = Clock()
    by = Locking("me", clock, clock, clock.wait, Log(io.StringIO(), clock=clock), duration=0)
    with held(cluster, "default", "rel", by) as hold:
        cluster.patch(ID, {"spec": {"holderIdentity": "other"}})
        assert hold._hold is not None
        hold._hold._lost.wait(timeout=5)
        with pytest.raises(LeaseLostError):
            hold.check()
    assert cluster.get(ID)["spec"]["holderIdentity"] == "other"


class Deaf(FakeCluster):
    """A cluster whose answer to the first renewal is lost; sent again, it meets its own work."""

    def __init__(self) -> None:
        super().__init__()
        self.renewals = 0
        self.renewed_again = threading.Event()

    def replace(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        self.renewals += 1
        answer = super().replace(manifest, dry_run=dry_run)
        if self.renewals == 1:
            return super().replace(manifest, dry_run=dry_run)
        self.renewed_again.set()
        return answer


def test_a_renewal_whose_answer_was_lost_loses_nothing() -> None:
    clock, cluster, moments = Clock(), Deaf(), iter(range(1000))
    log = Log(io.StringIO(), clock=clock)
    by = Locking("me", clock, lambda: float(next(moments)), clock.wait, log, duration=0)
    with held(cluster, "default", "rel", by) as hold:
        cluster.renewed_again.wait(timeout=5)
        hold.check()
    with pytest.raises(NotFoundError):
        cluster.get(ID)


class Forbidding(FakeCluster):
    """A cluster whose role knows no Leases."""

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        if manifest["kind"] != "Lease":
            return super().create(manifest, dry_run=dry_run)
        raise ForbiddenError("create a Lease", "leases is forbidden", status=403)


def test_a_role_without_leases_gets_one_warning() -> None:
    output = io.StringIO()
    with held(Forbidding(), "default", "rel", locking(Clock(), output=output)) as hold:
        assert not hold.is_real
        hold.check()
    assert output.getvalue().count("warning") == 1


def test_a_holder_whose_process_is_known_to_be_dead_is_not_waited_for(cluster: FakeCluster) -> None:
    lease = foreign(cluster)
    metadata = {**lease["metadata"], "annotations": {PROCESS: "gone", "other": "stays"}}
    cluster.replace({**lease, "metadata": metadata})
    clock = Clock()
    by = replace(locking(clock), process="mine", is_dead={"gone"}.__contains__)
    with held(cluster, "default", "rel", by):
        annotations = cluster.get(ID)["metadata"]["annotations"]
    assert annotations == {PROCESS: "mine", "other": "stays"}
    assert clock.time == 0
