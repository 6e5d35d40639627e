"""Go back to what an earlier record says, under a Lease that is held already."""

from collections.abc import Sequence

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.carry_out import carry_out
from werfish.deploy.modes import Modes
from werfish.deploy.prepare import prepare_again
from werfish.deploy.record import pending_rollback
from werfish.releases.lease import Hold
from werfish.releases.release import Release


def return_to(
    target: Release,
    history: Sequence[Release],
    history_max: int,
    by: DeployAdapters,
    hold: Hold,
    modes: Modes,
) -> Release:
    """Bring the release to what *target* says, as the revision that follows *history*."""
    by.log.info(f"going back to revision {target.revision} of {target.last_deployed}")
    prepared = prepare_again(target, by, history, modes)
    pending = pending_rollback(prepared.draft, target, history, by.now())
    return carry_out(prepared, pending, history_max, by, hold)
