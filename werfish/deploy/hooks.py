"""Hooks: objects that are created at an event of a release and, if they run, waited for.

As Helm has them: by weight, then by name, one after the other; what an earlier run left goes
first; what the delete policies say goes afterwards. Source: helm's pkg/action/hooks.go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from werfish.deploy.changes import placed
from werfish.deploy.owner import Owner, owned
from werfish.errors import WerfishError
from werfish.helm.manifests import Hook
from werfish.kube.cluster import Cluster
from werfish.kube.errors import NotFoundError
from werfish.kube.resource import Resource, ResourceId
from werfish.log import Log
from werfish.track.events import NOBODY, Observer, Written

BEFORE, SUCCEEDED, FAILED = "before-hook-creation", "hook-succeeded", "hook-failed"
CRD = "CustomResourceDefinition"
WAITED_FOR = frozenset({"Job", "Pod"})


@dataclass(frozen=True, slots=True)
class HookRun:
    """What running hooks needs: where, for whom, and how to wait for an object to end or to go.

    *wait_done* is also told a title for people; *observer* hears of every hook that is made.
    """

    cluster: Cluster
    owner: Owner
    log: Log
    wait_done: Callable[[Sequence[Resource], str], None]
    wait_gone: Callable[[Sequence[ResourceId]], None]
    observer: Observer = NOBODY


def run_hooks(event: str, hooks: Sequence[Hook], run: HookRun) -> None:
    """Run the hooks of *event*; the first that fails ends it, as an error."""
    chosen = hooks_of(event, hooks)
    for number, hook in enumerate(chosen, start=1):
        id, title = hook.resource.id, f"{event} hook {number} of {len(chosen)}"
        run.log.info(f"{title}: {id}")
        _prepare(hook, run)
        run.cluster.create(placed(owned(hook.resource.manifest, run.owner), id))
        run.observer.note(Written(id, "create", is_hook=True))
        if id.gvk.kind in WAITED_FOR:
            _wait(hook, run, title)
    delete_hooks([hook for hook in chosen if SUCCEEDED in policies_of(hook)], run)


def hooks_of(event: str, hooks: Sequence[Hook]) -> tuple[Hook, ...]:
    """Return the hooks of *event* in the order in which they run."""
    chosen = (hook for hook in hooks if event in hook.events)
    return tuple(sorted(chosen, key=lambda hook: (hook.weight, hook.resource.id.name)))


def policies_of(hook: Hook) -> tuple[str, ...]:
    """Return the delete policies of a hook; one without any is deleted before it is made anew."""
    return hook.delete_policies or (BEFORE,)


def _prepare(hook: Hook, run: HookRun) -> None:
    if BEFORE in policies_of(hook):
        delete_hooks([hook], run)


def _wait(hook: Hook, run: HookRun, title: str) -> None:
    try:
        run.wait_done([hook.resource], title)
    except WerfishError:
        if FAILED in policies_of(hook):
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
    run.wait_gone(ids)
