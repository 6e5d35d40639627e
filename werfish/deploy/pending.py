"""What to do about a revision that somebody began and did not end.

Ours is repaired: whoever wrote it is dead, since we hold the release's Lease. One of another tool
may be alive; it is waited for a little, then refused.
"""

from collections.abc import Callable, Sequence

from stages.light_dataclass import dataclass
from werfish.deploy.record import failed_release
from werfish.errors import ReleaseError
from werfish.kube.resource import ResourceId
from werfish.log import Log
from werfish.releases.history import last
from werfish.releases.release import Release
from werfish.releases.storage import ReleaseStorage

KILLED = "the run that deployed it ended without a word"
UNLOCKED = "its lock was forced"


class PendingReleaseError(ReleaseError):
    """Another tool, or a run that we cannot tell to be dead, works on the release."""

    def __init__(self, release: Release) -> None:
        """Name the release and how far it is."""
        super().__init__(
            f'deploy release "{release.name}": revision {release.revision} is {release.status}',
            hint="wait for the other deploy to end, or, if it is dead, add --force-unlock",
        )
        self.release = release


@dataclass(frozen=True, slots=True)
class Patience:
    """How pending revisions are met.

    *is_locked*: we hold the Lease. *wait_change* returns when an object has changed, or after the
    given seconds; *seconds* is how long another tool is waited for.
    """

    is_locked: bool
    is_forced: bool
    wait_change: Callable[[ResourceId, str, float], None]
    clock: Callable[[], float]
    log: Log
    seconds: float = 30.0


def settle_pending(name: str, storage: ReleaseStorage, patience: Patience) -> Sequence[Release]:
    """Return the history of *name*, in which no revision is pending any more.

    `PendingReleaseError` where that cannot be had.
    """
    until = patience.clock() + patience.seconds
    while True:
        history = storage.history(name)
        newest = last(history)
        if newest is None or not newest.status.is_pending:
            return history
        if (newest.holder and patience.is_locked) or patience.is_forced:
            _repair(newest, storage, patience)
            continue
        left = until - patience.clock()
        if left <= 0:
            raise PendingReleaseError(newest)
        patience.log.info(f"waiting for revision {newest.revision}, which is {newest.status}")
        patience.wait_change(storage.place_of(newest), "", min(left, 5.0))


def _repair(release: Release, storage: ReleaseStorage, patience: Patience) -> None:
    why = UNLOCKED if patience.is_forced else KILLED
    patience.log.warning(f"revision {release.revision} is marked failed: {why}")
    storage.update(failed_release(release, why))
