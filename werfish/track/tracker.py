"""The state of one tracking: what the feeds told, the verdicts so far, the logs that are shown."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from stages.light_dataclass import dataclass
from werfish.kube import fields
from werfish.kube.errors import ForbiddenError
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId
from werfish.log import Log
from werfish.track.annotations import TrackingOptions
from werfish.track.board import Board, is_about_claim
from werfish.track.containers import is_unready
from werfish.track.events import NOBODY, Observer
from werfish.track.failure import failure_of
from werfish.track.feed import Broken, Change, News, Selection, Snapshot
from werfish.track.judge import CLAIM, Facts, Judgement, is_doubtful, judge
from werfish.track.logs import Logged
from werfish.track.outcome import outcome_of
from werfish.track.patience import out_of_patience, patience_of
from werfish.track.readiness import is_watched
from werfish.track.revision import written_at
from werfish.track.scheduling import claims_of
from werfish.track.selections import OWNERS, claims_in, events_in, warnings_in
from werfish.track.showing import Showing
from werfish.track.statuses import Statuses
from werfish.track.verdict import Readiness, Verdict, failed, ready, waiting

PRESENT = ready("present")
"""What is said of a resource that needs no following."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A resource that was followed, the last verdict on it, and after how many seconds it fell."""

    id: ResourceId
    readiness: Readiness
    seconds: float


class Tracker:
    """Judges resources by the news; *follow* is called with what must be watched besides."""

    def __init__(
        self,
        resources: Sequence[Resource],
        options: Mapping[ResourceId, TrackingOptions],
        *,
        statuses: Statuses,
        cluster: Logged,
        log: Log,
        clock: Callable[[], float],
        follow: Callable[[Selection], None],
        observer: Observer = NOBODY,
        changed: bool = True,
        untouched: Collection[ResourceId] = (),
    ) -> None:
        """Know nothing yet of *resources*, *changed* just now but for the *untouched*."""
        self.followed = tuple(
            one
            for one in resources
            if is_watched(
                one.id.gvk,
                one.manifest,
                options[one.id].rule,
                is_silent=statuses.is_silent(one.id.gvk),
            )
        )
        self._statuses = statuses
        self.count = len(resources)
        self._resources = resources
        self._options = options
        self._cluster = cluster
        self._log = log
        self._clock = clock
        self._follow = follow
        self._showing = Showing(options, cluster=cluster, log=log, observer=observer)
        self._changed = changed
        self._untouched = untouched
        self._began = clock()
        self._board = Board(one.id for one in self.followed)
        self._stated = {one.id: one for one in self.followed}
        self._judged = {id: Judgement(waiting("not seen yet")) for id in self._stated}
        self._seconds = dict.fromkeys(self._stated, 0.0)
        self._quiet = dict.fromkeys(self._stated, self._began)
        self._patience: dict[ResourceId, float] = {}
        self._no_deadline_before = inf
        self._is_over: bool | None = None
        self._first: dict[ResourceId, Manifest] = {}
        self._told: dict[ResourceId, object] = {}
        self._listed: set[tuple[Gvk, str]] = set()

    def is_over(self) -> bool:
        """Tell whether all is done; raise the error of the resource that made it fail."""
        if self._is_over is None:
            verdicts = {id: judgement.readiness for id, judgement in self._judged.items()}
            outcome = outcome_of(verdicts, self._options)
            if outcome.culprit is not None:
                id = outcome.culprit
                raise failure_of(id, self._judged[id], self._options[id], self._cluster)
            self._is_over = outcome.is_over
        return self._is_over

    def take(self, news: Iterable[News]) -> None:
        """Take in *news* and judge anew what they concern."""
        concerned: set[ResourceId] = set()
        for one in news:
            concerned |= self._put(one)
        for id in sorted(concerned):
            self._judge(id)
        now = self._clock()
        if now >= self._no_deadline_before:
            for id in [id for id in self._patience if now >= self._deadline(id)]:
                self._give_up(id)
            self._no_deadline_before = min(map(self._deadline, self._patience), default=inf)

    def next_deadline(self) -> float:
        """Return when at the earliest a resource will have waited too long without a change."""
        return self._no_deadline_before

    def lacking(self) -> list[tuple[ResourceId, str]]:
        """Return the resources that are not ready, with what each lacks."""
        return [
            (id, judgement.readiness.message)
            for id, judgement in self._judged.items()
            if judgement.readiness.verdict is not Verdict.READY
        ]

    def begin(self) -> None:
        """Show what is followed, before there is any news of it, and tell of what needs no news."""
        for one in self._resources:
            if one.id in self._judged:
                self._showing.branch(one.id, self._judged[one.id].readiness, None, ())
            else:
                self._showing.present(one, PRESENT)

    def tracked(self) -> tuple[Tracked, ...]:
        """Return a result for every resource, those that needed no following included."""
        return tuple(
            Tracked(one.id, self._judged[one.id].readiness, self._seconds[one.id])
            if one.id in self._judged
            else Tracked(one.id, PRESENT, 0.0)
            for one in self._resources
        )

    def close(self) -> None:
        """Show no more logs."""
        self._showing.close()

    def _put(self, news: News) -> set[ResourceId]:
        match news:
            case Snapshot(feed, items):
                self._board.put_all(feed, items)
                self._listed.add((feed.gvk, feed.namespace))
                return set(self._stated)
            case Change(feed, event):
                touched = self._board.put(feed, event)
                if is_about_claim(event.object):
                    return {id for id in self._stated if id.namespace == feed.namespace}
                if touched is not None and event.object.get("kind") == "Event":
                    self._showing.event(touched, event.object)
                if touched is None or self._board.is_of_before(touched, event.object):
                    return set()
                return {touched}
            case Broken(feed, error):
                if feed.gvk in {one.id.gvk for one in self.followed}:
                    return self._unwatched(feed, error)
                # the others only explain: going on without them is better than stopping
                self._showing.warn(error, "causes of failures may stay unknown")
                return set()

    def _unwatched(self, feed: Selection, error: Exception) -> set[ResourceId]:
        """Go on without a kind that a role may create and not watch, if it runs nothing."""
        if feed.gvk.kind in (*OWNERS, "Pod") or not isinstance(error, ForbiddenError):
            raise error
        self._log.warning(f"{error}; what is of this kind counts as ready")
        for id in self._stated:
            if (id.gvk, id.namespace) == (feed.gvk, feed.namespace):
                self._set(id, Judgement(ready("present; it may not be watched")))
                self._patience.pop(id, None)
        return set()

    def _judge(self, id: ResourceId) -> None:
        pods = self._board.new_pods(id)
        now = self._judgement(id, pods)
        self._set(id, now)
        self._await(id, now, pods)
        if id.namespace and now.readiness.verdict is Verdict.WAITING:
            if now.causes or not pods or any(map(is_unready, pods)):
                self._follow(warnings_in(id.namespace))
            if id.gvk.kind == CLAIM or any(_is_pending(pod) and claims_of(pod) for pod in pods):
                self._follow(claims_in(id.namespace))
            if self._options[id].shows_events:
                self._follow(events_in(id.namespace))
        is_ours = self._changed and id not in self._untouched and id.gvk.kind != "Pod"
        written = written_at(self._board.live(id)) if is_ours else ""
        is_ready = now.readiness.verdict is Verdict.READY
        self._showing.logs(id, pods, is_ready=is_ready, written=written)
        self._showing.branch(id, now.readiness, self._board.live(id), pods)

    def _set(self, id: ResourceId, now: Judgement) -> None:
        """Take over a judgement and tell of it where it is another."""
        before, self._judged[id] = self._judged[id], now
        if now.readiness.verdict is not before.readiness.verdict:
            self._is_over = None
        if now.readiness != before.readiness or now.readiness.message != before.readiness.message:
            self._seconds[id] = self._clock() - self._began
            self._showing.state(id, before.readiness, now.readiness, self._board.live(id))

    def _await(self, id: ResourceId, now: Judgement, pods: tuple[Manifest, ...]) -> None:
        """Note since when a waiting resource is as it is, and for how long it may be."""
        live = self._board.live(id)
        seen = (now.readiness.message, fields.value(live, "status"))
        if self._told.get(id) != seen:
            self._told[id], self._quiet[id] = seen, self._clock()
        options, found = self._options[id], now.readiness
        patience = patience_of(
            id.gvk.kind, found, options, now.causes, pods, live, untouched=id in self._untouched
        )
        self._patience.pop(id, None)
        if patience is not None and found.verdict is Verdict.WAITING:
            self._patience[id] = patience
            self._no_deadline_before = min(self._no_deadline_before, self._deadline(id))

    def _deadline(self, id: ResourceId) -> float:
        return self._quiet[id] + self._patience[id]

    def _give_up(self, id: ResourceId) -> None:
        before, seconds = self._judged[id], self._patience.pop(id)
        found = out_of_patience(before.readiness, seconds, self._options[id])
        self._set(id, replace(before, readiness=found))

    def _judgement(self, id: ResourceId, pods: tuple[Manifest, ...]) -> Judgement:
        before, live = self._judged[id], self._board.live(id)
        if live is None:
            is_missing = (id.gvk, id.namespace) in self._listed
            return Judgement(failed("it is not there")) if is_missing else before
        found = judge(
            self._stated[id], self._options[id], self._facts(id, live, pods), before.ledger
        )
        verdict, first = found.readiness.verdict, self._first.setdefault(id, live)
        if self._board.is_deleted(id) and verdict is not Verdict.READY:
            return Judgement(failed("it was deleted meanwhile"), (), before.ledger)
        if (
            self._changed
            and verdict is Verdict.FAILED
            and is_doubtful(self._stated[id], live, first)
        ):
            doubt = waiting(f"{found.readiness.message} (perhaps of before the change)")
            return replace(found, readiness=doubt)
        return found

    def _facts(self, id: ResourceId, live: Manifest, pods: tuple[Manifest, ...]) -> Facts:
        replica_set = self._board.replica_set(id) if id.gvk.kind == "Deployment" else None
        sources = (live, *(() if replica_set is None else (replica_set,)), *pods)
        warnings = [event for one in sources for event in self._board.events(one)]
        claims = self._board.claim_events(id.namespace)
        has_status = self._statuses.has_status(id.gvk)
        return Facts(live, pods, replica_set, warnings, claims, has_status)


def _is_pending(pod: Manifest) -> bool:
    return _phase(pod) in ("", "Pending")


def _phase(pod: Manifest) -> str:
    return str((pod.get("status") or {}).get("phase") or "")
