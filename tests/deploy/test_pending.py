"""A revision that somebody began: ours is repaired, another tool's is waited for."""

import io

import pytest

from tests.fakes.releases import FakeReleases
from werfish.deploy.pending import Patience, PendingReleaseError, settle_pending
from werfish.kube.resource import ResourceId
from werfish.log import Log
from werfish.releases.release import Release, Status


class Waiting:
    """Time that passes while one waits."""

    def __init__(self, records: FakeReleases, ends_after: float = 1000) -> None:
        self.time = 0.0
        self._records = records
        self._ends_after = ends_after

    def wait(self, id: ResourceId, version: str, seconds: float) -> None:
        self.time += seconds
        if self.time >= self._ends_after:
            self._records.update(release(Status.DEPLOYED))


def release(status: Status, holder: str = "") -> Release:
    return Release("rel", "prod", 1, status, "", holder=holder)


def settle(
    pending: Release, *, locked: bool = True, forced: bool = False, ends_after: float = 1000
) -> Status:
    records = FakeReleases()
    records.create(pending)
    waiting = Waiting(records, ends_after)
    log = Log(io.StringIO(), clock=lambda: 0)
    patience = Patience(locked, forced, waiting.wait, lambda: waiting.time, log)
    (settled,) = settle_pending("rel", records, patience)
    return settled.status


def test_what_a_killed_run_left_is_marked_failed() -> None:
    assert settle(release(Status.PENDING_UPGRADE, holder="dead")) is Status.FAILED


def test_another_tool_is_waited_for() -> None:
    assert settle(release(Status.PENDING_INSTALL), ends_after=10) is Status.DEPLOYED


@pytest.mark.parametrize(
    ("holder", "locked"),
    [pytest.param("", True, id="another-tool"), pytest.param("alive?", False, id="no-lease")],
)
def test_what_may_be_alive_is_refused_after_a_while(holder: str, locked: bool) -> None:
    with pytest.raises(PendingReleaseError) as caught:
        settle(release(Status.PENDING_UPGRADE, holder), locked=locked)
    assert "--force-unlock" in caught.value.hint


def test_the_lock_can_be_forced() -> None:
    assert settle(release(Status.PENDING_ROLLBACK), forced=True) is Status.FAILED


def test_a_settled_history_is_returned_as_it_is() -> None:
    assert settle(release(Status.UNINSTALLING)) is Status.UNINSTALLING
