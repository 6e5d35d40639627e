"""Carry a prepared revision out: record it, write it, wait until it is so, and record the end.

From the first record on, whatever happens ends in one: deployed, or failed with the reason.
"""

from functools import partial

from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import Action
from werfish.deploy.execute import Executor
from werfish.deploy.fence import Fence, recorded_failure
from werfish.deploy.hooks import run_hooks
from werfish.deploy.plan import Plan
from werfish.deploy.prepare import Prepared
from werfish.deploy.record import deployed_release, superseded_releases
from werfish.deploy.scope import defined_kinds, wait_served
from werfish.kube.resource import Resource
from werfish.releases.history import to_prune
from werfish.releases.lease import Hold
from werfish.releases.release import Release, Status
from werfish.track.events import Planned, RevisionBegan

HISTORY_MAX = 10
PAUSE = 0.2
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
    for old in to_prune(prepared.history, history_max - 1 if history_max else 0):
        by.storage.delete(old)
    by.storage.create(pending)
    _tell(prepared.plan, pending, by)
    with recorded_failure(pending, by):
        _apply(prepared, Fence(pending, hold, by), by)
        release = deployed_release(pending)
        by.storage.update(release)
    for old in superseded_releases(prepared.history, release):
        by.storage.update(old)
    if release.notes:
        by.log.info(release.notes.rstrip())
    return release


def _tell(plan: Plan, pending: Release, by: DeployAdapters) -> None:
    """Tell who observes what is going to happen."""
    operation = _EVENTS[pending.status]
    began = RevisionBegan(pending.name, pending.namespace, pending.revision, operation)
    by.observer.note(began)
    for change in (*plan.steps(), *plan.idle):
        by.observer.note(Planned(change.id, change.action))


def _apply(prepared: Prepared, fence: Fence, by: DeployAdapters) -> None:
    """Write what was planned and wait until it is so."""
    owner, hooks = prepared.draft.owner, prepared.rendered.hooks
    event = _EVENTS[fence.pending.status]
    revision = f"revision {fence.pending.revision} of {owner}"
    executor = Executor(
        by.cluster,
        owner,
        schema_of=by.cluster.schema,
        wait_gone=by.wait_gone,
        observer=by.observer,
    )
    with by.log.section(f"Applying {revision}", "Applied"):
        _found(prepared.plan, executor, by)
        run_hooks(f"pre-{event}", hooks, by.hook_run(owner))
        fence.check()
        for wave in prepared.plan.writes:
            executor.wave(wave)
    with by.log.section(f"Waiting until {revision} is ready", "Ready"):
        by.wait_ready(prepared.rendered.resources, revision)
    fence.check()
    _remove(prepared.plan, executor, by)
    run_hooks(f"post-{event}", hooks, by.hook_run(owner))


def _found(plan: Plan, executor: Executor, by: DeployAdapters) -> None:
    """Write what others need to exist, and wait until new kinds are served."""
    executor.wave(plan.foundations)
    created = [change for change in plan.foundations if change.action is Action.CREATE]
    resources = [Resource(change.id, change.wanted or {}) for change in created]
    by.wait_ready(resources, "what the others need")
    for resource in resources:
        for gvk in sorted(defined_kinds([resource])):
            wait_served(by.cluster, gvk, partial(by.wait_change, resource.id, "", PAUSE))


def _remove(plan: Plan, executor: Executor, by: DeployAdapters) -> None:
    """Delete what left the chart, now that its successors are there."""
    for wave in plan.removals:
        executor.wave(wave)
    by.wait_gone([change.id for wave in plan.removals for change in wave])
