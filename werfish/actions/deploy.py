"""Deploy a release: render, plan, write, wait until it is really applied, and keep record of it.

Until everything that can be wrong on paper is found to be right, nothing is written. From the
first record on, whatever happens ends in one: deployed, or failed with the reason; a run that is
killed leaves a pending record, which the next one repairs.
"""

from dataclasses import dataclass
from functools import partial

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import Action
from werfish.deploy.execute import Executor
from werfish.deploy.fence import Fence, recorded_failure
from werfish.deploy.hooks import run_hooks
from werfish.deploy.namespace import ensure_namespace
from werfish.deploy.pending import Patience, settle_pending
from werfish.deploy.plan import Plan
from werfish.deploy.prepare import ChartOptions, Prepared, prepare
from werfish.deploy.record import deployed_release, pending_release, superseded_releases
from werfish.deploy.scope import defined_kinds, wait_served
from werfish.helm.render import Program
from werfish.kube.resource import Resource
from werfish.releases.history import to_prune
from werfish.releases.lease import Hold, held
from werfish.releases.release import Release

HISTORY_MAX = 10
PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What to deploy. *history_max* is how many revisions stay on record, 0 for all.

    With *force_unlock* a revision that another tool left pending is taken for dead.
    """

    chart: ChartOptions
    history_max: int = HISTORY_MAX
    force_unlock: bool = False


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deploy did."""

    release: Release
    plan: Plan


def deploy(options: DeployOptions, helm: Program, by: DeployAdapters) -> Deployed:
    """Bring the release to what the chart says and return when it is applied.

    Errors: `HelmError` for the chart, `DeployError` for the cluster, `TrackError` for a release
    that was written and does not become ready, `ReleaseError` where another run is in the way.
    """
    owner = options.chart.owner
    prepared = prepare(options.chart, helm, by, by.storage.history(owner.release))
    ensure_namespace(by.cluster, owner.namespace, log=by.log, wait_gone=by.wait_gone)
    with held(by.cluster, owner.namespace, owner.release, by.locking()) as hold:
        patience = Patience(hold.is_real, options.force_unlock, by.wait_change, by.clock, by.log)
        history = settle_pending(owner.release, owner.namespace, by.storage, patience)
        if history != prepared.history:
            prepared = prepare(options.chart, helm, by, history)
        return _carry_out(prepared, options, by, hold)


def _carry_out(
    prepared: Prepared, options: DeployOptions, by: DeployAdapters, hold: Hold
) -> Deployed:
    """Record a revision, apply it, and record how that ended."""
    pending = pending_release(prepared.draft, prepared.history, by.now())
    for old in to_prune(prepared.history, options.history_max - 1 if options.history_max else 0):
        by.storage.delete(old)
    by.storage.create(pending)
    with recorded_failure(pending, by):
        _apply(prepared, Fence(pending, hold, by), by)
        release = deployed_release(pending)
        by.storage.update(release)
    for old in superseded_releases(prepared.history, release):
        by.storage.update(old)
    if release.notes:
        by.log.info(release.notes.rstrip())
    return Deployed(release, prepared.plan)


def _apply(prepared: Prepared, fence: Fence, by: DeployAdapters) -> None:
    """Write what was planned and wait until it is so."""
    owner, hooks = prepared.draft.owner, prepared.rendered.hooks
    event = "upgrade" if prepared.history else "install"
    revision = f"revision {fence.pending.revision} of {owner}"
    executor = Executor(by.cluster, owner, schema_of=by.cluster.schema, wait_gone=by.wait_gone)
    with by.log.section(f"Applying {revision}", "Applied"):
        _found(prepared.plan, executor, by)
        run_hooks(f"pre-{event}", hooks, by.hook_run(owner))
        fence.check()
        for wave in prepared.plan.writes:
            executor.wave(wave)
    with by.log.section(f"Waiting until {revision} is ready", "Ready"):
        by.wait_ready(prepared.rendered.resources)
    fence.check()
    _remove(prepared.plan, executor, by)
    run_hooks(f"post-{event}", hooks, by.hook_run(owner))


def _found(plan: Plan, executor: Executor, by: DeployAdapters) -> None:
    """Write what others need to exist, and wait until new kinds are served."""
    executor.wave(plan.foundations)
    created = [change for change in plan.foundations if change.action is Action.CREATE]
    resources = [Resource(change.id, change.wanted or {}) for change in created]
    by.wait_ready(resources)
    for resource in resources:
        for gvk in sorted(defined_kinds([resource])):
            wait_served(by.cluster, gvk, partial(by.wait_change, resource.id, "", PAUSE))


def _remove(plan: Plan, executor: Executor, by: DeployAdapters) -> None:
    """Delete what left the chart, now that its successors are there."""
    for wave in plan.removals:
        executor.wave(wave)
    by.wait_gone([change.id for wave in plan.removals for change in wave])
