"""Dismiss a release: everything of it is gone when this returns.

Its records go last, so that a run that was killed is finished by the next. Where the namespace
goes, they go with it, after everything that lies outside of it: then the namespace itself, being
deleted, is what the next run finds and waits for.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.deploy.adapters import DeployAdapters
from werfish.deploy.changes import planned_event, removal
from werfish.deploy.contents import (
    NamespaceInUseError,
    contents_of,
    foreign_objects,
    owned_objects,
)
from werfish.deploy.execute import Executor
from werfish.deploy.fence import Fence
from werfish.deploy.hooks import delete_hooks, deletion_hooks, run_hooks
from werfish.deploy.live import live_of
from werfish.deploy.namespace import (
    delete_namespace,
    find_namespace,
    is_going,
    namespace_id,
)
from werfish.deploy.owner import Owner, annotations_of, owner_of
from werfish.deploy.pending import Patience, settle_pending
from werfish.deploy.plan import plan_of
from werfish.deploy.policies import stays
from werfish.deploy.record import recorded_hooks, recorded_of
from werfish.deploy.recorded import key_of
from werfish.deploy.scope import Scopes
from werfish.deploy.summary import show_plan
from werfish.errors import ReleaseError
from werfish.helm.manifests import HOOK, Hook
from werfish.kube.errors import ApiError, ForbiddenError
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.releases.history import last
from werfish.releases.lease import Hold, held
from werfish.releases.release import Release, Status


@dataclass(frozen=True, slots=True)
class DismissOptions:
    """What to dismiss. *force* deletes a namespace whatever else it holds."""

    release: str
    namespace: str
    with_namespace: bool = False
    with_hooks: bool = True
    force: bool = False
    force_unlock: bool = False

    @property
    def owner(self) -> Owner:
        """The release and its namespace."""
        return Owner(self.release, self.namespace)


class ReleaseMissingError(ReleaseError):
    """There is nothing of the release: no record, no object, and no namespace to delete."""

    def __init__(self, owner: Owner) -> None:
        """Name the release as werf does."""
        super().__init__(f'dismiss: release "{owner.release}" was not found in "{owner.namespace}"')
        self.owner = owner


@dataclass(frozen=True, slots=True)
class _Remains:
    """What there is of a release: records, live objects by id, hooks and other objects.

    *unmarked* are hooks that are there and do not say whose they are, as Helm makes them.
    """

    history: Sequence[Release]
    live: dict[ResourceId, Manifest]
    hooks: tuple[Hook, ...]
    resources: tuple[Resource, ...]
    unmarked: tuple[Hook, ...] = ()

    @property
    def recorded(self) -> tuple[Resource, ...]:
        """What records name."""
        return (*self.resources, *(hook.resource for hook in self.hooks))


def dismiss(options: DismissOptions, by: DeployAdapters) -> None:
    """Delete the release, and with ``with_namespace`` its namespace; return when all is gone.

    `ReleaseMissingError` where there is nothing to do; before anything is deleted
    `NamespaceInUseError` where the namespace holds what is not of the release, and `ForbiddenError`
    where it may not be deleted.
    """
    namespace = find_namespace(by.cluster, options.namespace)
    if namespace is None or is_going(namespace):
        _dismiss_remains(options, by, is_there=namespace is not None)
        return
    if options.with_namespace:
        _ask_for_the_namespace(options, by)
    with held(by.cluster, options.namespace, options.release, by.locking()) as hold:
        patience = Patience(hold.is_real, options.force_unlock, by.wait_change, by.clock, by.log)
        settle_pending(options.release, by.storage, patience)
        remains = _remains(options, by)
        if options.with_namespace:
            _refuse_foreign(options, by, remains)
        elif not remains.history and not remains.live:
            raise ReleaseMissingError(options.owner)
        check = _begun(remains, by, hold)
        _delete_objects(options, by, remains, check)
        check()
        if not options.with_namespace:
            for release in remains.history:
                by.storage.delete(release)
    if options.with_namespace:
        _delete_namespace(options, by)


def _ask_for_the_namespace(options: DismissOptions, by: DeployAdapters) -> None:
    """Raise why the namespace may never be deleted: it is the cluster's own, or rights are missing.

    What webhooks and policies say may be otherwise when the release is gone.
    """
    try:
        delete_namespace(by.cluster, options.namespace, dry_run=True)
    except ForbiddenError as error:
        if "admission" not in str(error) and "denied the request" not in str(error):
            raise
    except ApiError:
        return


def _dismiss_remains(options: DismissOptions, by: DeployAdapters, *, is_there: bool) -> None:
    """Finish what is left where the namespace is gone or going: what lies outside of it."""
    remains = _remains(options, by)
    outside = {id: live for id, live in remains.live.items() if id.namespace != options.namespace}
    if not outside and not (is_there and options.with_namespace):
        raise ReleaseMissingError(options.owner)
    outer = replace(remains, live=outside, hooks=(), resources=(), unmarked=())
    _delete_objects(options, by, outer, lambda: None)
    if is_there and options.with_namespace:
        _delete_namespace(options, by)


def _remains(options: DismissOptions, by: DeployAdapters) -> _Remains:
    """Find the objects of the release: those that records name, and those that say so."""
    scopes = Scopes(by.cluster)
    history = by.storage.history(options.release)
    hooks = recorded_hooks(history, scopes.was_namespaced)
    recorded = scopes.current(recorded_of(history, scopes.was_namespaced)).all()
    known = [r.id for r in recorded if scopes.is_served(r.id.gvk)]
    live = live_of(by.cluster, known)
    keys = {key_of(id) for id in live}
    for found in owned_objects(by.cluster, options.owner):
        if key_of(found.id) not in keys:
            live[found.id] = found.manifest
    if not options.with_hooks:
        live = {
            id: manifest for id, manifest in live.items() if HOOK not in annotations_of(manifest)
        }
    unmarked = _unmarked_hooks(history, by, scopes) if options.with_hooks else ()
    return _Remains(history, live, hooks, recorded, unmarked)


def _unmarked_hooks(
    history: Sequence[Release], by: DeployAdapters, scopes: Scopes
) -> tuple[Hook, ...]:
    """Find the hooks of all revisions that no mark tells, but what they say: they are hooks."""
    found = [hook for one in history for hook in recorded_hooks([one], scopes.was_namespaced)]
    known = {one.resource.id: one for one in found if scopes.is_served(one.resource.id.gvk)}
    live = live_of(by.cluster, known)
    return tuple(
        known[id]
        for id, manifest in live.items()
        if HOOK in annotations_of(manifest) and owner_of(manifest) is None and not stays(manifest)
    )


def _refuse_foreign(options: DismissOptions, by: DeployAdapters, remains: _Remains) -> None:
    if options.force:
        return
    contents = contents_of(by.cluster, options.namespace)
    foreign = foreign_objects(contents, options.owner, remains.recorded)
    if foreign:
        raise NamespaceInUseError(options.namespace, foreign)


def _begun(remains: _Remains, by: DeployAdapters, hold: Hold) -> Callable[[], None]:
    """Record that the deletion has begun; return what raises where the release went on since."""
    newest = last(remains.history)
    if newest is None:
        return hold.check
    ours = replace(newest, status=Status.UNINSTALLING, description="Deletion in progress")
    if newest.status is not ours.status:
        by.storage.update(ours)
    return Fence(ours, hold, by).check


def _delete_objects(
    options: DismissOptions, by: DeployAdapters, remains: _Remains, check: Callable[[], None]
) -> None:
    """Run the hooks around the deletion of everything that is live of the release."""
    owner, run = options.owner, by.hook_run(options.owner)
    hooks = remains.hooks + deletion_hooks(remains.resources)
    hooks = hooks if options.with_hooks and remains.history else ()
    run_hooks("pre-delete", hooks, run)
    check()
    changes = [removal(id, live, owner) for id, live in sorted(remains.live.items())]
    plan = plan_of(change for change in changes if change.id != namespace_id(options.namespace))
    for change in plan.all():
        by.observer.note(planned_event(change))
    with by.log.section(f"Deleting {owner}", "Deleted"):
        show_plan(plan, by.log)
        executor = Executor(
            by.cluster,
            owner,
            schema_of=by.cluster.schema,
            wait_gone=by.wait_gone,
            observer=by.observer,
            insistence=by.insistence(),
        )
        executor.remove(plan.removals)
    run_hooks("post-delete", hooks, run)
    delete_hooks([h for h in hooks if {"pre-delete", "post-delete"} & set(h.events)], run)
    delete_hooks(remains.unmarked, run)


def _delete_namespace(options: DismissOptions, by: DeployAdapters) -> None:
    with by.log.section(f'Deleting namespace "{options.namespace}"', "Deleted"):
        delete_namespace(by.cluster, options.namespace)
        by.wait_gone({namespace_id(options.namespace): ""})
