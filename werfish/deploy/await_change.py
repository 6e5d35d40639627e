"""Wait until one object is no longer as it was, or until it is there, by watch."""

import queue
from collections.abc import Callable, Iterator

from werfish.kube.cluster import Cluster, EventType
from werfish.kube.resource import Manifest, ResourceId
from werfish.track.feed import Broken, Change, Feed, News, Selection, Snapshot


def wait_change(
    cluster: Cluster, id: ResourceId, version: str, seconds: float, *, clock: Callable[[], float]
) -> None:
    """Return when *id* has another resourceVersion, is gone, or after *seconds*.

    An empty *version* is the one that it has at the first look.
    """
    for found in _news(cluster, id, seconds, clock):
        if not (isinstance(found, Snapshot) and _is_same(found, version)):
            return
        version = version or found.items[0]["metadata"]["resourceVersion"]


def wait_there(
    cluster: Cluster, id: ResourceId, seconds: float, *, clock: Callable[[], float]
) -> Manifest | None:
    """Return *id* as soon as it is there, None where it is not after *seconds*."""
    for found in _news(cluster, id, seconds, clock):
        match found:
            case Snapshot(_, items) if items:
                return items[0]
            case Change(_, event) if event.type in {EventType.ADDED, EventType.MODIFIED}:
                return event.object
            case _:
                continue
    return None


def _news(
    cluster: Cluster, id: ResourceId, seconds: float, clock: Callable[[], float]
) -> Iterator[News]:
    """Yield what there is to tell of *id* for so many seconds; a feed that breaks is an error."""
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    fields = f"metadata.name={id.name}"
    feed = Feed(cluster, Selection(id.gvk, id.namespace, fields=fields), news.put)
    until = clock() + seconds
    try:
        while (left := until - clock()) > 0:
            try:
                found = news.get(timeout=left)
            except queue.Empty:
                return
            if isinstance(found, Broken):
                raise found.error
            yield found
    finally:
        feed.close()


def _is_same(snapshot: Snapshot, version: str) -> bool:
    versions = [item["metadata"]["resourceVersion"] for item in snapshot.items]
    return versions == [version] if version else len(versions) == 1
