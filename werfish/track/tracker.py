"""The state of one tracking: what the feeds told, the verdicts so far, the logs that are shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from werfish.errors import TrackError
from werfish.kube.resource import Manifest, Resource, ResourceId
from werfish.log import Log
from werfish.track.annotations import TrackingOptions
from werfish.track.board import Board
from werfish.track.causes import is_unready
from werfish.track.errors import ResourceFailedError
from werfish.track.feed import Broken, Change, News, Selection, Snapshot
from werfish.track.judge import Facts, Judgement, judge
from werfish.track.logs import LogFollower, Logged, tail_of
from werfish.track.outcome import outcome_of
from werfish.track.readiness import is_watched
from werfish.track.report import show_change
from werfish.track.selections import warnings_in
from werfish.track.verdict import Readiness, Verdict, failed, ready, waiting

LOG_LINES = 10
LAST_WORDS = 0.2
"""Seconds that the log of a finished pod may take to arrive after the pod has finished."""


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
        cluster: Logged,
        log: Log,
        clock: Callable[[], float],
        follow: Callable[[Selection], None],
    ) -> None:
        """Know nothing yet of *resources*."""
        self.followed = tuple(one for one in resources if is_watched(one.id.gvk))
        self.count = len(resources)
        self._resources = resources
        self._options = options
        self._cluster = cluster
        self._log = log
        self._clock = clock
        self._follow = follow
        self._began = clock()
        self._board = Board(one.id for one in self.followed)
        self._stated = {one.id: one for one in self.followed}
        self._judged = {id: Judgement(waiting("not seen yet")) for id in self._stated}
        self._seconds = dict.fromkeys(self._stated, 0.0)
        self._logs: dict[ResourceId, LogFollower] = {}
        self._listed: set[tuple[str, str]] = set()

    def is_over(self) -> bool:
        """Tell whether all is done; raise the error of the resource that made it fail."""
        verdicts = {id: judgement.readiness for id, judgement in self._judged.items()}
        outcome = outcome_of(verdicts, self._options)
        if outcome.culprit is not None:
            raise self._failure(outcome.culprit)
        return outcome.is_over

    def take(self, news: Iterable[News]) -> None:
        """Take in *news* and judge anew what they concern."""
        concerned: set[ResourceId] = set()
        for one in news:
            concerned |= self._put(one)
        for id in sorted(concerned):
            self._judge(id)

    def lacking(self) -> list[tuple[ResourceId, str]]:
        """Return the resources that are not ready, with what each lacks."""
        return [
            (id, judgement.readiness.message)
            for id, judgement in self._judged.items()
            if judgement.readiness.verdict is not Verdict.READY
        ]

    def tracked(self) -> tuple[Tracked, ...]:
        """Return a result for every resource, those that needed no following included."""
        return tuple(
            Tracked(one.id, self._judged[one.id].readiness, self._seconds[one.id])
            if one.id in self._judged
            else Tracked(one.id, ready("present"), 0.0)
            for one in self._resources
        )

    def close(self) -> None:
        """Show no more logs."""
        for follower in self._logs.values():
            follower.close()

    def _put(self, news: News) -> set[ResourceId]:
        match news:
            case Snapshot(feed, items):
                self._board.put_all(feed, items)
                self._listed.add((feed.gvk.kind, feed.namespace))
                return set(self._stated)
            case Change(feed, event):
                touched = self._board.put(feed, event)
                return {touched} if touched else set()
            case Broken(feed, error):
                if feed.gvk in {one.id.gvk for one in self.followed}:
                    raise error
                # the others only explain: going on without them is better than stopping
                self._log.warning(f"{error}; causes of failures may stay unknown")
                return set()

    def _judge(self, id: ResourceId) -> None:
        pods = self._board.new_pods(id)
        before, now = self._judged[id], self._judgement(id, pods)
        self._judged[id] = now
        if now.readiness != before.readiness or now.readiness.message != before.readiness.message:
            self._seconds[id] = self._clock() - self._began
            show_change(self._log, id, before.readiness, now.readiness)
        is_waiting = now.readiness.verdict is Verdict.WAITING
        if is_waiting and id.namespace and (now.causes or not pods or any(map(is_unready, pods))):
            self._follow(warnings_in(id.namespace))
        if not self._options[id].skip_logs:
            self._show_logs(id, pods, is_ready=now.readiness.verdict is Verdict.READY)

    def _judgement(self, id: ResourceId, pods: tuple[Manifest, ...]) -> Judgement:
        before, live = self._judged[id], self._board.live(id)
        if live is None:
            is_missing = (id.gvk.kind, id.namespace) in self._listed
            return Judgement(failed("it is not there")) if is_missing else before
        replica_set = self._board.replica_set(id) if id.gvk.kind == "Deployment" else None
        warnings = [event for one in (live, *pods) for event in self._board.events(one)]
        facts = Facts(live, pods, replica_set, warnings)
        found = judge(self._stated[id], self._options[id], facts, before.ledger)
        if self._board.is_deleted(id) and found.readiness.verdict is not Verdict.READY:
            return Judgement(failed("it was deleted meanwhile"), (), before.ledger)
        return found

    def _show_logs(self, id: ResourceId, pods: tuple[Manifest, ...], *, is_ready: bool) -> None:
        follower = self._logs.get(id)
        if pods and not is_ready:
            is_first = follower is None
            follower = self._logs.setdefault(id, LogFollower(self._cluster, self._log))
            follower.follow(pods, is_first=is_first)
        elif follower is not None and is_ready:
            is_finished = all(_phase(pod) == "Succeeded" for pod in pods)
            follower.finish(LAST_WORDS if is_finished else 0)

    def _failure(self, id: ResourceId) -> TrackError:
        judgement = self._judged[id]
        causes = judgement.causes
        cause = next((one for one in causes if one.exit_code is not None), next(iter(causes), None))
        problem = judgement.readiness.message
        shown: tuple[str, ...] = ()
        if cause is not None:
            problem += "" if str(cause) in problem else f"; {cause}"
            if cause.container and not self._options[id].skip_logs:
                shown = tail_of(self._cluster, id.namespace, cause, LOG_LINES)
        return ResourceFailedError(id, problem, cause=cause, log=shown)


def _phase(pod: Manifest) -> str:
    return str((pod.get("status") or {}).get("phase") or "")
