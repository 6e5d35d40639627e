"""A revision under way: it stays ours while it is written, and its end is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager

from stages.light_dataclass import dataclass
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.record import HookRuns, failed_release, with_runs
from werfish.errors import WerfishError
from werfish.releases.history import last
from werfish.releases.lease import Hold, LeaseLostError
from werfish.releases.release import Release


@dataclass(frozen=True, slots=True)
class Fence:
    """Asks before each phase that writes whether the release is still ours to write.

    It is as long as the record that says what we do, *pending*, is the newest.
    """

    pending: Release
    hold: Hold
    by: DeployAdapters

    def check(self) -> None:
        """Raise `LeaseLostError` where another run has taken over."""
        self.hold.check()
        newest = last(self.by.storage.history(self.pending.name))
        ours = self.pending.revision, self.pending.status
        if newest is None or (newest.revision, newest.status) != ours:
            raise LeaseLostError(self.pending.name)


@contextmanager
def recorded_failure(pending: Release, by: DeployAdapters, runs: HookRuns) -> Iterator[None]:
    """Mark *pending* failed whatever ends the block early, also an interruption.

    *runs* is how its hooks have run by then.

    A release that another run has taken over is left to that run.
    """
    try:
        yield
    except LeaseLostError:
        raise
    except BaseException as error:
        problem = str(error) if isinstance(error, WerfishError) else "it was interrupted"
        try:
            failed = failed_release(pending, by.log.masked(problem))
            by.storage.update(with_runs(failed, runs))
        except WerfishError as lost:
            by.log.warning(f"the failure could not be recorded: {lost}")
        raise
