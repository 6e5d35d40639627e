"""Waiting until deleted resources are really gone, by watch, naming what holds them up."""

import queue
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from math import inf

from werfish.kube.cluster import Cluster, EventType
from werfish.kube.errors import ForbiddenError, NotFoundError, UnknownKindError
from werfish.kube.fields import uid_of
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.log import Log
from werfish.track.deletion import held_by
from werfish.track.errors import NotGoneError
from werfish.track.feed import Broken, Change, Feed, News, Selection, Snapshot
from werfish.track.report import show_lacking
from werfish.track.watch import PROGRESS_SECONDS, next_news

_KIND_IS_GONE = (UnknownKindError, NotFoundError)
"""What a cluster answers when the definition of a kind went, and all of its objects with it."""


def wait_gone(
    going: Mapping[ResourceId, str],
    *,
    cluster: Cluster,
    log: Log,
    clock: Callable[[], float],
    timeout: float | None = None,
    progress_seconds: float = PROGRESS_SECONDS,
) -> None:
    """Return when nothing of *going* is there; it is deleted already, or never was.

    Each is given with its uid: another object of the name is of no interest. Where the uid is
    empty, any object of the name is waited for.
    `NotGoneError` after *timeout* seconds (None and 0: no limit).
    """
    absence = _Absence(going)
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    feeds = [Feed(cluster, selection, news.put) for selection in absence.selections()]
    began = clock()
    report_at = began + progress_seconds if progress_seconds > 0 else inf
    try:
        while absence.present:
            now = clock()
            if timeout and now >= began + timeout:
                raise NotGoneError(timeout, absence.lacking())
            if now >= report_at:
                what = f"what is being deleted: {len(absence.present)} left"
                show_lacking(log, what, absence.lacking(), now - began)
                report_at = now + progress_seconds
            until = min(report_at, began + timeout) if timeout else report_at
            for one in next_news(news, until - now):
                absence.take(_looked_up(one, absence, cluster))
    finally:
        for feed in feeds:
            feed.close()


def _looked_up(news: News, absence: "_Absence", cluster: Cluster) -> News:
    """Look once where a role may delete a kind and not watch it: most objects go at once."""
    if not (isinstance(news, Broken) and isinstance(news.error, ForbiddenError)):
        return news
    for id in [id for id in absence.present if _follows(news.feed, id)]:
        with suppress(NotFoundError):
            if not absence.is_another(id, cluster.get(id)):
                raise news.error
    return Snapshot(news.feed, ())


class _Absence:
    """Which resources may still be there, and what is known of why."""

    def __init__(self, going: Mapping[ResourceId, str]) -> None:
        self.present = dict.fromkeys(sorted(going), "not looked up yet")
        self._uids = going

    def selections(self) -> Iterator[Selection]:
        groups: dict[tuple[Gvk, str], list[str]] = defaultdict(list)
        for id in self.present:
            groups[id.gvk, id.namespace].append(id.name)
        for (gvk, namespace), names in groups.items():
            fields = f"metadata.name={names[0]}" if len(names) == 1 else ""
            yield Selection(gvk, namespace, fields=fields)

    def take(self, news: News) -> None:
        match news:
            case Snapshot(feed, items):
                seen = {self._id(feed, item): item for item in items}
                for id in [id for id in self.present if _follows(feed, id)]:
                    self._set(id, seen.get(id))
            case Change(feed, event):
                is_gone = event.type is EventType.DELETED
                self._set(self._id(feed, event.object), None if is_gone else event.object)
            case Broken(feed, error):
                if not isinstance(error, _KIND_IS_GONE):
                    raise error
                for id in [id for id in self.present if _follows(feed, id)]:
                    self._set(id, None)

    def is_another(self, id: ResourceId, manifest: Manifest) -> bool:
        return self._uids.get(id, "") not in ("", uid_of(manifest))

    def lacking(self) -> list[tuple[ResourceId, str]]:
        return list(self.present.items())

    def _set(self, id: ResourceId, manifest: Manifest | None) -> None:
        if manifest is None or self.is_another(id, manifest):
            self.present.pop(id, None)
        elif id in self.present:
            self.present[id] = held_by(manifest)

    @staticmethod
    def _id(feed: Selection, manifest: Manifest) -> ResourceId:
        return ResourceId(feed.gvk, feed.namespace, manifest["metadata"]["name"])


def _follows(feed: Selection, id: ResourceId) -> bool:
    if (feed.gvk, feed.namespace) != (id.gvk, id.namespace):
        return False
    return feed.fields in ("", f"metadata.name={id.name}")
