"""Follow resources that any tool applied, until they are ready or one has failed."""

import difflib
from collections.abc import Callable, Sequence

from werfish.errors import TrackError, WerfishError
from werfish.kube.cluster import ApiResource, Cluster
from werfish.kube.errors import NotFoundError
from werfish.kube.kind_names import kind_of
from werfish.kube.resource import Resource, ResourceId
from werfish.kube.status_rule import StatusRule
from werfish.log import Log
from werfish.track.events import NOBODY, Observer
from werfish.track.tracker import Tracked
from werfish.track.watch import PROGRESS_SECONDS
from werfish.track.watch import track as follow


class NoResourceError(TrackError):
    """A resource that is to be followed is not there."""

    def __init__(self, id: ResourceId, near: Sequence[str]) -> None:
        """Name the resource and the names that are *near* its own."""
        where = f' in namespace "{id.namespace}"' if id.namespace else ""
        super().__init__(
            f"track {id}: it is not there{where}",
            hint=f"did you mean {' or '.join(near)}?" if near else "",
        )
        self.id = id


def track(
    names: Sequence[tuple[str, str]],
    namespace: str,
    *,
    cluster: Cluster,
    log: Log,
    clock: Callable[[], float],
    timeout: float = 0,
    rules: tuple[StatusRule, ...] = (),
    progress_seconds: float = PROGRESS_SECONDS,
    observer: Observer = NOBODY,
) -> tuple[Tracked, ...]:
    """Return when all of *names*, pairs of a kind's word and a name, are ready.

    *rules* say when the project's own kinds are. `UnknownKindNameError` and `NoResourceError` for
    mistakes, before anything is followed; else as `werfish.track.watch.track`.
    """
    served = cluster.api_resources()
    ids = [_id(kind_of(kind, served), namespace, name) for kind, name in names]
    found = [_resource(cluster, id) for id in dict.fromkeys(ids)]
    return follow(
        found,
        cluster=cluster,
        log=log,
        clock=clock,
        timeout=timeout or None,
        rules=rules,
        progress_seconds=progress_seconds,
        observer=observer,
        changed=False,
    )


def _id(kind: ApiResource, namespace: str, name: str) -> ResourceId:
    return ResourceId(kind.gvk, namespace if kind.namespaced else "", name)


def _resource(cluster: Cluster, id: ResourceId) -> Resource:
    try:
        return Resource(id, cluster.get(id))
    except NotFoundError as error:
        raise NoResourceError(id, _near(cluster, id)) from error


def _near(cluster: Cluster, id: ResourceId) -> list[str]:
    try:
        items = cluster.list(id.gvk, id.namespace).items
    except WerfishError:  # a role that may not list gets no advice
        return []
    return difflib.get_close_matches(id.name, [one["metadata"]["name"] for one in items], n=3)
