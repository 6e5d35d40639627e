"""Deploy a release: render, plan, write, wait until it is really applied, and keep record of it.

Until everything that can be wrong on paper is found to be right, nothing is written. From the
first record on, whatever happens ends in one: deployed, or failed with the reason; a run that is
killed leaves a pending record, which the next one repairs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.carry_out import HISTORY_MAX, carry_out
from werfish.deploy.modes import USUAL, Modes
from werfish.deploy.namespace import ensure_namespace
from werfish.deploy.owner import Owner
from werfish.deploy.pending import Patience, settle_pending
from werfish.deploy.plan import Plan
from werfish.deploy.prepare import ChartOptions, Prepared, prepare
from werfish.deploy.record import pending_release
from werfish.deploy.return_to import return_to
from werfish.errors import DeployError, TrackError
from werfish.helm.render import Program
from werfish.releases.history import deployed
from werfish.releases.lease import Hold, held
from werfish.releases.release import Release
from werfish.releases.size import check_size

Source = Callable[[Sequence[Release]], Prepared]
"""Prepares the revision that follows the records it is given."""


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What to deploy. *history_max* is how many revisions stay on record, 0 for all.

    With *force_unlock* a revision that another tool left pending is taken for dead; with
    *auto_rollback* a deploy that fails brings back the revision that was deployed before.
    """

    chart: ChartOptions
    history_max: int = HISTORY_MAX
    force_unlock: bool = False
    auto_rollback: bool = False
    modes: Modes = USUAL


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deploy did."""

    release: Release
    plan: Plan


class Running(Protocol):
    """What a deploy is told beside what to deploy; see `DeployOptions`."""

    @property
    def history_max(self) -> int:
        """How many revisions stay on record."""
        ...

    @property
    def force_unlock(self) -> bool:
        """Whether a pending revision of another tool is taken for dead."""
        ...

    @property
    def auto_rollback(self) -> bool:
        """Whether a failure brings back what was deployed before."""
        ...

    @property
    def modes(self) -> Modes:
        """How objects are changed."""
        ...


def deploy(options: DeployOptions, helm: Program, by: DeployAdapters) -> Deployed:
    """Bring the release to what the chart says and return when it is applied.

    Errors: `HelmError` for the chart, `DeployError` for the cluster, `TrackError` for a release
    that was written and does not become ready, `ReleaseError` where another run is in the way.
    """

    def source(history: Sequence[Release]) -> Prepared:
        return prepare(options.chart, helm, by, history, options.modes)

    return run(options.chart.owner, source, options, by)


def run(owner: Owner, source: Source, options: Running, by: DeployAdapters) -> Deployed:
    """Deploy what *source* prepares for the revision that comes after the records it is given."""
    prepared = source(by.storage.history(owner.release))
    pending = _pending(prepared, by)
    check_size(pending)
    ensure_namespace(by.cluster, owner.namespace, log=by.log, wait_gone=by.wait_gone)
    with held(by.cluster, owner.namespace, owner.release, by.locking()) as hold:
        patience = Patience(hold.is_real, options.force_unlock, by.wait_change, by.clock, by.log)
        history = settle_pending(owner.release, by.storage, patience)
        if history != prepared.history:
            prepared = source(history)
            pending = _pending(prepared, by)
        with _rolled_back(owner, options, by, hold):
            release = carry_out(prepared, pending, options.history_max, by, hold)
        return Deployed(release, prepared.plan)


def _pending(prepared: Prepared, by: DeployAdapters) -> Release:
    return pending_release(prepared.draft, prepared.history, by.now())


@contextmanager
def _rolled_back(owner: Owner, options: Running, by: DeployAdapters, hold: Hold) -> Iterator[None]:
    """Bring back what was deployed before, if that is wanted, where the block fails."""
    try:
        yield
    except (DeployError, TrackError) as error:
        history = by.storage.history(owner.release)
        before = deployed(history)
        if options.auto_rollback and before is None:
            by.log.warning("nothing was deployed before: there is nothing to go back to")
        elif options.auto_rollback and before:
            by.log.warning(str(error))
            modes = replace(options.modes, is_strict=False)
            return_to(before, history, options.history_max, by, hold, modes)
        raise
