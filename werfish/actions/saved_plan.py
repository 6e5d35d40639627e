"""Carry out a plan that was saved: what it says, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.actions.deploy import Deployed, run
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.carry_out import HISTORY_MAX
from werfish.deploy.drift import Drift, PlanDriftError, drifts_of
from werfish.deploy.modes import Modes
from werfish.deploy.prepare import Prepared, planned
from werfish.deploy.saved_plan import SavedPlan, history_of
from werfish.deploy.scope import Scopes
from werfish.errors import DeployError
from werfish.releases.release import Release

LIFETIME = 7200.0
"""Seconds for which a plan is good."""


class PlanDrift(StrEnum):
    """What to do about an object that is not as the plan saw it."""

    REFUSE = "refuse"
    REPLAN = "replan"


class StalePlanError(DeployError):
    """A plan is too old, or its release went on without it."""

    def __init__(self, saved: SavedPlan, problem: str) -> None:
        """Name the release and the problem."""
        super().__init__(
            f"carry out the saved plan of {saved.owner}: {problem}",
            hint="make and look at a new plan",
        )
        self.saved = saved


@dataclass(frozen=True, slots=True)
class SavedOptions:
    """A plan to carry out, and what to do on the way; see `werfish.actions.deploy.DeployOptions`.

    *lifetime* is for how many seconds a plan is good, 0 for ever.
    """

    saved: SavedPlan
    drift: PlanDrift = PlanDrift.REFUSE
    lifetime: float = LIFETIME
    history_max: int = HISTORY_MAX
    force_unlock: bool = False
    auto_rollback: bool = False
    cleanup_on_fail: bool = False

    @property
    def modes(self) -> Modes:
        """The modes of the plan, strict where drift is refused."""
        strict = self.drift is PlanDrift.REFUSE
        return replace(self.saved.modes, is_strict=strict, cleanup_on_fail=self.cleanup_on_fail)


def deploy_saved(options: SavedOptions, by: DeployAdapters) -> Deployed:
    """Carry the plan out; errors are those of a deploy.

    `StalePlanError` and `PlanDriftError`, before anything is written, where the plan no longer
    holds; the latter also for an object that changes while the others are written.
    """
    saved = options.saved
    for text in saved.secrets:
        by.log.mask(text)
    if options.lifetime and by.now() - saved.made > options.lifetime:
        minutes = round((by.now() - saved.made) / 60)
        raise StalePlanError(saved, f"it was made {minutes} minutes ago")
    return run(saved.owner, lambda history: _prepared(options, by, history), options, by)


def _prepared(options: SavedOptions, by: DeployAdapters, history: Sequence[Release]) -> Prepared:
    saved, replans = options.saved, options.drift is PlanDrift.REPLAN
    if history_of(history) != saved.history and not replans:
        raise StalePlanError(saved, "the release has other records than when it was made")
    draft = saved.draft(Scopes(by.cluster).is_namespaced, by.holder)
    prepared = planned(draft, by, history, options.modes)
    drifts = drifts_of(saved.seen, prepared.plan.all())
    if drifts and not replans:
        raise PlanDriftError(drifts)
    for drift in drifts:
        by.log.info(_told(drift))
    return prepared


def _told(drift: Drift) -> str:
    return f"planned again: {drift.id} {drift.what} since the plan was made"
