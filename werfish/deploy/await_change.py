"""Wait until one object is no longer as it was, by watch."""

import queue
from collections.abc import Callable

from werfish.kube.cluster import Cluster
from werfish.kube.resource import ResourceId
from werfish.track.feed import Broken, Feed, News, Selection, Snapshot


def wait_change(
    cluster: Cluster, id: ResourceId, version: str, seconds: float, *, clock: Callable[[], float]
) -> None:
    """Return when *id* has another resourceVersion, is gone, or after *seconds*.

    An empty *version* is the one that it has at the first look.
    """
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
            if not (isinstance(found, Snapshot) and _is_same(found, version)):
                return
            version = version or found.items[0]["metadata"]["resourceVersion"]
    finally:
        feed.close()


def _is_same(snapshot: Snapshot, version: str) -> bool:
    versions = [item["metadata"]["resourceVersion"] for item in snapshot.items]
    return versions == [version] if version else len(versions) == 1
