"""Bring a release back to an earlier revision, as a new one, and wait until it is really so."""

from collections.abc import Sequence

from stages.light_dataclass import dataclass
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.carry_out import HISTORY_MAX
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.owner import Owner
from werfish.deploy.pending import Patience, settle_pending
from werfish.deploy.return_to import return_to
from werfish.errors import ReleaseError
from werfish.releases.history import last
from werfish.releases.lease import held
from werfish.releases.release import Release, Status

_WERE_DEPLOYED = frozenset({Status.DEPLOYED, Status.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class RollbackOptions:
    """Where to go back to: a *revision*, 0 for the last one that was deployed before.

    The others are as in `werfish.actions.deploy.DeployOptions`.
    """

    owner: Owner
    revision: int = 0
    history_max: int = HISTORY_MAX
    force_unlock: bool = False
    modes: Modes = USUAL


class RevisionMissingError(ReleaseError):
    """There is no revision to go back to."""

    def __init__(self, owner: Owner, revision: int, known: Sequence[int]) -> None:
        """Name the release, the revision, and those that are on record."""
        wanted = f"revision {revision}" if revision else "an earlier deployed revision"
        on_record = ", ".join(map(str, known)) or "none"
        super().__init__(
            f"roll back {owner}: {wanted} is not on record",
            hint=f"revisions on record: {on_record}",
        )
        self.owner = owner
        self.revision = revision


def rollback(options: RollbackOptions, by: DeployAdapters) -> Release:
    """Bring the release to what an earlier record says; errors are those of a deploy."""
    owner = options.owner
    history = by.storage.history(owner.release)
    target_of(options, history)  # before anything is locked
    with held(by.cluster, owner.namespace, owner.release, by.locking()) as hold:
        patience = Patience(hold.is_real, options.force_unlock, by.wait_change, by.clock, by.log)
        settled = settle_pending(owner.release, by.storage, patience)
        target = target_of(options, settled)
        return return_to(target, settled, options.history_max, by, hold, options.modes)


def target_of(options: RollbackOptions, history: Sequence[Release]) -> Release:
    """Return the record to go back to; `RevisionMissingError` where there is none.

    Without a number that is the newest one, before the last, that was ever deployed.
    """
    newest = last(history)
    before = [one for one in history if newest and one.revision < newest.revision]
    if options.revision:
        found = [one for one in history if one.revision == options.revision]
    else:
        found = [one for one in before if one.status in _WERE_DEPLOYED]
    target = last(found)
    if target is None:
        known = [one.revision for one in history]
        raise RevisionMissingError(options.owner, options.revision, known)
    return target
