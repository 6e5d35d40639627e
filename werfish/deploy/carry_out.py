"""Carry a prepared revision out: record it, write it, wait until it is so, and record the end.

From the first record on, whatever happens ends in one: deployed, or failed with the reason.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import Action, planned_event
from werfish.deploy.clean_up import cleaned_up
from werfish.deploy.execute import Executor
from werfish.deploy.fence import Fence, recorded_failure
from werfish.deploy.hooks import HookRun, run_hooks
from werfish.deploy.modes import labelled
from werfish.deploy.plan import Plan
from werfish.deploy.policies import Phase
from werfish.deploy.prepare import Prepared
from werfish.deploy.record import deployed_release, superseded_releases, with_runs
from werfish.deploy.scope import is_crd
from werfish.deploy.staging import Staging, serve
from werfish.errors import WerfishError
from werfish.kube.resource import Resource
from werfish.releases.history import to_prune
from werfish.releases.lease import Hold
from werfish.releases.release import Release, Status
from werfish.track.events import RevisionBegan

HISTORY_MAX = 10
_EVENTS = {
    Status.PENDING_INSTALL: "install",
    Status.PENDING_UPGRADE: "upgrade",
    Status.PENDING_ROLLBACK: "rollback",
}


def carry_out(
    prepared: Prepared, pending: Release, history_max: int, by: DeployAdapters, hold: Hold
) -> Release:
    """Record *pending*, apply what was prepared, and return the record of how that ended.

    *history_max* is how many revisions stay on record, 0 for all.
    """
    for old in to_prune(prepared.history, history_max):
        by.storage.delete(old)
    owner, modes = prepared.draft.owner, prepared.modes
    pending = labelled(pending, modes)
    executor = Executor(
        by.cluster,
        owner,
        schema_of=by.cluster.schema,
        wait_gone=by.wait_gone,
        modes=modes,
        observer=by.observer,
        insistence=by.insistence(),
    )
    clean = cleaned_up(executor, owner, by) if modes.cleanup_on_fail else nullcontext()
    by.storage.create(pending)
    _tell(prepared.plan, pending, by)
    fence = Fence(pending, hold, by)
    run = replace(by.hook_run(owner), force_adoption=modes.force_adoption)
    with clean, recorded_failure(pending, by, run.runs):
        _apply(prepared, executor, fence, run, by)
        fence.check()
        release = with_runs(deployed_release(pending), run.runs)
        by.storage.update(release)
    _supersede(prepared.history, release, by)
    if release.notes:
        by.log.info(release.notes.rstrip())
    return release


def _supersede(history: Sequence[Release], release: Release, by: DeployAdapters) -> None:
    """Mark what was deployed before; of what stays, the newest counts until the next deploy."""
    for old in superseded_releases(history, release):
        try:
            by.storage.update(old)
        except WerfishError as error:
            by.log.warning(f"revision {old.revision} is not marked superseded: {error}")


def _tell(plan: Plan, pending: Release, by: DeployAdapters) -> None:
    """Tell who observes what is going to happen."""
    operation = _EVENTS[pending.status]
    began = RevisionBegan(pending.name, pending.namespace, pending.revision, operation)
    by.observer.note(began)
    for change in plan.all():
        by.observer.note(planned_event(change))


def _apply(
    prepared: Prepared, executor: Executor, fence: Fence, run: HookRun, by: DeployAdapters
) -> None:
    """Write what was planned and wait until it is so; *run* takes down how the hooks ran."""
    owner, hooks = prepared.draft.owner, prepared.rendered.hooks
    event = _EVENTS[fence.pending.status]
    revision = f"revision {fence.pending.revision} of {owner}"
    with by.log.section(f"Applying {revision}", "Applied"):
        _found(prepared.plan, executor, by)
        run_hooks(f"pre-{event}", hooks, run)
        fence.check()
        staging = Staging(executor, fence, by, prepared.rendered.resources)
        staging.write_ready(
            prepared.plan.before, prepared.awaited(Phase.BEFORE), f"what comes before {revision}"
        )
        if prepared.plan.before:
            fence.check()
        staging.write(prepared.plan.writes)
    with by.log.section(f"Waiting until {revision} is ready", "Ready"):
        staging.wait_ready(prepared.awaited(Phase.MAIN), revision)
    if prepared.plan.removals:
        fence.check()
        executor.remove(prepared.plan.removals)  # now that its successors are there
    if prepared.plan.removals or hooks:
        fence.check()
    run_hooks(f"post-{event}", hooks, run)
    if prepared.plan.after:
        fence.check()
    staging.write_ready(
        prepared.plan.after, prepared.awaited(Phase.AFTER), f"what comes after {revision}"
    )


def _found(plan: Plan, executor: Executor, by: DeployAdapters) -> None:
    """Write what others need to exist, and wait until new kinds are served."""
    executor.wave(plan.foundations)
    waited = [one for one in plan.foundations if one.action is Action.CREATE or is_crd(one.id)]
    serve([Resource(change.id, change.wanted or {}) for change in waited], by)
