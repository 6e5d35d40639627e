"""Following a release until every resource is ready, or one has failed.

By watch, never by polling: the main thread sleeps until a feed has news and returns as soon as
one event decides. Nothing is joined on the way out.
"""

import queue
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import inf

from werfish.errors import counted
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Resource, ResourceId
from werfish.kube.status_rule import StatusRule
from werfish.log import Log
from werfish.track.annotations import TrackingOptions, tracking_options
from werfish.track.errors import ResourceFailedError, TrackTimeoutError
from werfish.track.events import NOBODY, Decided, Observer
from werfish.track.feed import Feed, News, Selection
from werfish.track.readiness import rule_for
from werfish.track.report import show_lacking
from werfish.track.selections import selections_of
from werfish.track.statuses import statuses_of
from werfish.track.tracker import Tracked, Tracker
from werfish.track.verdict import Verdict

PROGRESS_SECONDS = 5.0


def track(
    resources: Sequence[Resource],
    *,
    cluster: Cluster,
    log: Log,
    clock: Callable[[], float],
    timeout: float | None = None,
    progress_seconds: float = PROGRESS_SECONDS,
    rules: Sequence[StatusRule] = (),
    observer: Observer = NOBODY,
    title: str = "",
    changed: bool = True,
    untouched: Collection[ResourceId] = (),
) -> tuple[Tracked, ...]:
    """Return when all *resources*, which are applied already, are ready; in their order.

    `ResourceFailedError` at the first failure (unless its annotations say otherwise),
    `TrackTimeoutError` after *timeout* seconds (None and 0: no limit). *clock* is monotonic.
    A namespaced resource needs its namespace in its id. *rules* are the project's own for kinds;
    annotations come first. Every *progress_seconds* (0: never) what is lacking is written; on a
    terminal a tree with *title* is shown instead. *observer* is told of everything. If they were
    *changed* just now, a failure that stands from the first look may be of before; else it counts.
    Those that are *untouched* all the same need no time to settle.
    """
    options = {resource.id: options_of(resource, rules) for resource in resources}
    statuses = statuses_of((resource.id.gvk for resource in resources), cluster)
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    feeds: dict[Selection, Feed] = {}

    def follow(selection: Selection) -> None:
        if selection not in feeds:
            feeds[selection] = Feed(cluster, selection, news.put)

    tracker = Tracker(
        resources,
        options,
        statuses=statuses,
        cluster=cluster,
        log=log,
        clock=clock,
        follow=follow,
        observer=observer,
        changed=changed,
        untouched=untouched,
    )
    period = 0.0 if log.is_live else progress_seconds
    began = clock()
    with log.tree(title):
        try:
            tracker.begin()
            for selection in selections_of(tracker.followed):
                follow(selection)
            _follow(tracker, news, log, clock, timeout or None, period)
        except (ResourceFailedError, TrackTimeoutError) as error:
            observer.note(_decided(error, tracker.count, clock() - began))
            raise
        finally:
            tracker.close()
            for feed in feeds.values():
                feed.close()
    observer.note(Decided(Verdict.READY, tracker.count, clock() - began))
    return tracker.tracked()


def _decided(error: ResourceFailedError | TrackTimeoutError, count: int, seconds: float) -> Decided:
    if isinstance(error, TrackTimeoutError):
        return Decided(Verdict.WAITING, count, seconds, str(error), lacking=error.waiting)
    return Decided(
        Verdict.FAILED, count, seconds, error.problem, error.resource, error.cause, error.log
    )


def options_of(resource: Resource, rules: Sequence[StatusRule]) -> TrackingOptions:
    """Return what the annotations of *resource* say, and the rule for its kind."""
    found = tracking_options(resource)
    return found if found.rule else replace(found, rule=rule_for(resource.id.gvk, rules))


def _follow(
    tracker: Tracker,
    news: "queue.SimpleQueue[News]",
    log: Log,
    clock: Callable[[], float],
    timeout: float | None,
    progress_seconds: float,
) -> None:
    began = clock()
    report_at = began + progress_seconds if progress_seconds > 0 else inf
    while not tracker.is_over():
        now = clock()
        if timeout is not None and now >= began + timeout:
            raise TrackTimeoutError(timeout, tracker.lacking())
        if now >= report_at:
            lacking = tracker.lacking()
            what = f"{len(lacking)} of {counted(tracker.count, 'resource')}"
            show_lacking(log, what, lacking, now - began)
            report_at = now + progress_seconds
        ends = [report_at, tracker.next_deadline()]
        ends += [] if timeout is None else [began + timeout]
        tracker.take(next_news(news, min(ends) - now))


def next_news(news: "queue.SimpleQueue[News]", seconds: float) -> list[News]:
    """Return the next news and whatever else is there already; nothing after *seconds*."""
    found: list[News] = []
    try:
        found.append(news.get(timeout=min(max(seconds, 0.001), threading.TIMEOUT_MAX)))
        while True:
            found.append(news.get_nowait())
    except queue.Empty:
        return found
