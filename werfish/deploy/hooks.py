"""Hooks: objects that are created at an event of a release and, if they run, waited for.

As Helm has them: by weight, then by name, one after the other; what an earlier run left goes
first; what the delete policies say goes afterwards. Source: helm's pkg/action/hooks.go.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.deploy.changes import AdoptionError, may_change, placed
from werfish.deploy.owner import Owner, annotations_of, owned, owner_of
from werfish.deploy.policies import deploy_on_of, policies_of
from werfish.deploy.record import time_text
from werfish.deploy.refused import refusal_told
from werfish.deploy.webhooks import Insistence
from werfish.errors import WerfishError
from werfish.helm.manifests import HOOK, Hook
from werfish.kube.annotations import PREFIX, AnnotationError
from werfish.kube.cluster import Cluster
from werfish.kube.errors import NotFoundError
from werfish.kube.resource import Resource, ResourceId
from werfish.log import Log
from werfish.track.events import NOBODY, Observer, Written

BEFORE, SUCCEEDED, FAILED = "before-hook-creation", "hook-succeeded", "hook-failed"
CRD = "CustomResourceDefinition"
WAITED_FOR = frozenset({"Job", "Pod"})
_OLD_EVENTS = {"test-success": "test"}
_DELETION = frozenset({"pre-delete", "delete", "post-delete"})


@dataclass(frozen=True, slots=True)
class HookRun:
    """What running hooks needs: where, for whom, and how to wait for an object to end or to go.

    *runs* takes down how each hook ran, as records keep it; *now* is in seconds since 1970.
    *wait_done* is also told a title for people; *observer* hears of every hook that is made. With
    *force_adoption* hooks take the place of objects that are not the release's.
    """

    cluster: Cluster
    owner: Owner
    log: Log
    wait_done: Callable[[Sequence[Resource], str], None]
    wait_gone: Callable[[Mapping[ResourceId, str]], None]
    now: Callable[[], float]
    runs: dict[ResourceId, dict[str, str]] = field(default_factory=dict, hash=False)
    observer: Observer = NOBODY
    insistence: Insistence = Insistence()
    force_adoption: bool = False


def run_hooks(event: str, hooks: Sequence[Hook], run: HookRun) -> None:
    """Run the hooks of *event*; the first that fails ends it, as an error."""
    succeeded: list[Hook] = []
    chosen = hooks_of(event, hooks)

    def delete_succeeded() -> None:
        delete_hooks([hook for hook in succeeded if SUCCEEDED in delete_policies_of(hook)], run)

    try:
        for number, hook in enumerate(chosen, start=1):
            title = f"{event} hook {number} of {len(chosen)}"
            run.log.info(f"{title}: {hook.resource.id}")
            with _taken_down(hook.resource.id, run):
                _run(hook, run, title)
            succeeded.append(hook)
    except WerfishError:
        delete_succeeded()
        raise
    delete_succeeded()


@contextmanager
def _taken_down(id: ResourceId, run: HookRun) -> Iterator[None]:
    """Take down when the block began and ended, and whether it went well."""
    noted = run.runs[id] = {"started_at": time_text(run.now()), "completed_at": "", "phase": ""}
    phase = "Failed"
    try:
        yield
        phase = "Succeeded"
    finally:
        noted |= {"completed_at": time_text(run.now()), "phase": phase}


def _run(hook: Hook, run: HookRun, title: str) -> None:
    resource = hook.resource
    if BEFORE in delete_policies_of(hook):
        _refuse_foreign(resource.id, run)
        delete_hooks([hook], run)
    manifest = placed(owned(resource.manifest, run.owner), resource.id)
    with refusal_told(run.observer, resource.id, is_hook=True):
        run.insistence.each(run.cluster.create, [manifest])
    run.observer.note(Written(resource.id, "create", is_hook=True))
    if resource.id.gvk.kind in WAITED_FOR:
        _wait(hook, run, title)


def _refuse_foreign(id: ResourceId, run: HookRun) -> None:
    """Raise `AdoptionError` where another's object has the name of a hook.

    Helm puts no marks on its hooks: what says that it is one may be of an earlier run.
    """
    try:
        live = run.cluster.get(id)
    except NotFoundError:
        return
    is_hook = HOOK in annotations_of(live)
    if not (run.force_adoption or may_change(live, run.owner, is_recorded=is_hook)):
        raise AdoptionError(run.owner, [(id, owner_of(live))])


def hooks_of(event: str, hooks: Sequence[Hook]) -> tuple[Hook, ...]:
    """Return the hooks of *event* in the order in which they run."""
    chosen = (hook for hook in hooks if event in events_of(hook))
    return tuple(sorted(chosen, key=lambda hook: (hook.weight, hook.resource.id.name)))


def events_of(hook: Hook) -> tuple[str, ...]:
    """Return when *hook* runs, in Helm's words: its ``werf.io/deploy-on`` counts before Helm's.

    A resource of the chart that is a hook only for us has no other moments than it was given.
    """
    if HOOK not in hook.resource.annotations:
        return hook.events
    stated = deploy_on_of(hook.resource.manifest)
    return stated or tuple(_OLD_EVENTS.get(event, event) for event in hook.events)


def check_events(hook: Hook) -> None:
    """Raise `AnnotationError` where a hook is to run at what is no moment for a hook."""
    for event in policies_of(hook.resource).deploy_on:
        if "-" not in event:
            allowed = f"pre-{event} or post-{event}, since it is a hook"
            raise AnnotationError(hook.resource, f"{PREFIX}deploy-on", event, allowed)


def deletion_hooks(resources: Iterable[Resource]) -> tuple[Hook, ...]:
    """Return *resources* that are deployed when the release is deleted, as hooks of that event."""
    return tuple(
        Hook(one, tuple(f"pre-{e}" if e == "delete" else e for e in stated))
        for one in resources
        if not _DELETION.isdisjoint(stated := deploy_on_of(one.manifest))
    )


def delete_policies_of(hook: Hook) -> tuple[str, ...]:
    """Return the delete policies of a hook; one without any is deleted before it is made anew."""
    return hook.delete_policies or (BEFORE,)


def _wait(hook: Hook, run: HookRun, title: str) -> None:
    try:
        run.wait_done([hook.resource], title)
    except WerfishError:
        if FAILED in delete_policies_of(hook):
            delete_hooks([hook], run)
        raise


def delete_hooks(hooks: Sequence[Hook], run: HookRun) -> None:
    """Delete the objects of *hooks*, and return when they are gone.

    A CRD never is, since everything of its kind would go too.
    """
    ids = [hook.resource.id for hook in hooks if hook.resource.id.gvk.kind != CRD]
    for id in ids:
        try:
            run.cluster.delete(id)
        except NotFoundError:
            continue
    run.wait_gone(dict.fromkeys(ids, ""))
