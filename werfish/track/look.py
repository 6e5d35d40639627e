"""The verdicts as they are now: one look by the same rules that following goes by."""

import io
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from werfish.errors import WerfishError
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Resource
from werfish.kube.status_rule import StatusRule
from werfish.log import Log
from werfish.track.annotations import LogOptions
from werfish.track.feed import Broken, News, Selection, Snapshot
from werfish.track.selections import selections_of
from werfish.track.statuses import statuses_of
from werfish.track.tracker import Tracked, Tracker
from werfish.track.watch import options_of


def look(
    resources: Sequence[Resource],
    *,
    cluster: Cluster,
    clock: Callable[[], float],
    rules: Sequence[StatusRule] = (),
) -> tuple[Tracked, ...]:
    """Return the verdict on each of *resources*, in their order, and wait for nothing."""
    options = {one.id: options_of(one, rules) for one in resources}
    silent = {id: replace(one, logs=LogOptions(is_off=True)) for id, one in options.items()}
    statuses = statuses_of((one.id.gvk for one in resources), cluster)
    asked: dict[Selection, None] = {}
    waiting: deque[Selection] = deque()

    def follow(selection: Selection) -> None:
        if selection not in asked:
            asked[selection] = None
            waiting.append(selection)

    tracker = Tracker(
        resources,
        silent,
        statuses=statuses,
        cluster=cluster,
        log=Log(io.StringIO(), clock=clock),
        clock=clock,
        follow=follow,
    )
    for selection in selections_of(tracker.followed):
        follow(selection)
    while waiting:
        tracker.take([_news(cluster, waiting.popleft()) for _ in range(len(waiting))])
    return tracker.tracked()


def _news(cluster: Cluster, chosen: Selection) -> News:
    try:
        listing = cluster.list(
            chosen.gvk, chosen.namespace, labels=chosen.labels, fields=chosen.fields
        )
    except WerfishError as error:
        return Broken(chosen, error)
    return Snapshot(chosen, listing.items)
