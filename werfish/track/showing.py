"""What a tracking shows while it goes on: verdicts, events, logs, a tree; and what it tells.

Everything for people goes to the log, everything for programs to the observer.
"""

import threading
from collections.abc import Mapping, Sequence

from werfish.kube import fields
from werfish.kube.errors import ForbiddenError
from werfish.kube.resource import Manifest, Resource, ResourceId, names_of
from werfish.log import Log
from werfish.track.annotations import TrackingOptions
from werfish.track.events import EventSeen, LineLogged, Observer, StateChanged
from werfish.track.logs import LogFollower, Logged
from werfish.track.report import show_change, show_event, show_line
from werfish.track.rows import rows_of
from werfish.track.verdict import Readiness

LAST_WORDS = 0.2
"""Seconds that the log of a finished pod may take to arrive after the pod has finished."""


class Showing:
    """Shows resources that are followed with *options*."""

    def __init__(
        self,
        options: Mapping[ResourceId, TrackingOptions],
        *,
        cluster: Logged,
        log: Log,
        observer: Observer,
    ) -> None:
        """Have shown nothing yet."""
        self._options = options
        self._names = names_of(options)
        self._cluster = cluster
        self._log = log
        self._observer = observer
        self._logs: dict[ResourceId, LogFollower] = {}
        self._seen: dict[str, object] = {}
        self._warned: set[str] = set()
        self._warning = threading.Lock()

    def state(
        self, id: ResourceId, before: Readiness, now: Readiness, live: Manifest | None
    ) -> None:
        """Show the verdict *now* where it, or its message, is another than *before*."""
        created = fields.text(live, "metadata", "creationTimestamp")
        self._observer.note(StateChanged(id, now, created))
        show_change(self._log, self._names[id], before, now)

    def present(self, resource: Resource, readiness: Readiness) -> None:
        """Tell of a resource that is not followed; nobody needs to read that."""
        created = fields.text(resource.manifest, "metadata", "creationTimestamp")
        self._observer.note(StateChanged(resource.id, readiness, created))

    def branch(
        self, id: ResourceId, now: Readiness, live: Manifest | None, pods: Sequence[Manifest]
    ) -> None:
        """Show a resource and its *pods* in the tree, where there is one."""
        if self._log.is_live:
            key, name = f"{id.gvk.api_version} {id} {id.namespace}", self._names[id]
            self._log.branch(key, rows_of(id, now, live, pods, name=name))

    def event(self, id: ResourceId, event: Manifest) -> None:
        """Tell of an *event* of Kubernetes once, and show it where that is wanted."""
        key, seen = fields.uid_of(event), fields.value(event, "count")
        if self._seen.get(key, -1) == seen:
            return
        self._seen[key] = seen
        about = fields.table(event, "involvedObject")
        what = f"{fields.text(about, 'kind')}/{fields.text(about, 'name')}"
        words = (fields.text(event, word) for word in ("type", "reason", "message"))
        told = EventSeen(id, what, *words)
        self._observer.note(told)
        if self._options[id].shows_events:
            show_event(self._log, told)

    def logs(
        self, id: ResourceId, pods: tuple[Manifest, ...], *, is_ready: bool, written: str = ""
    ) -> None:
        """Follow the logs of *pods* until their resource, which was *written* then, is ready."""
        if self._options[id].logs.is_off:
            return
        follower = self._logs.get(id)
        if pods and not is_ready:
            is_first = follower is None
            follower = self._logs.setdefault(
                id, LogFollower(self._cluster, self._line, self._refused, self._options[id].logs)
            )
            follower.follow(pods, is_first=is_first, written=written)
        elif follower is not None and is_ready:
            is_finished = all(fields.text(pod, "status", "phase") == "Succeeded" for pod in pods)
            follower.finish(LAST_WORDS if is_finished else 0)

    def warn(self, error: Exception, what_follows: str, *, once: str = "") -> None:
        """Say what may not be seen and what that means, for each *once* (or text) one time."""
        text = f"{error}; {what_follows}"
        with self._warning:
            is_new = (once or text) not in self._warned
            self._warned.add(once or text)
        if is_new:
            self._log.warning(text)

    def close(self) -> None:
        """Show no more logs."""
        for follower in self._logs.values():
            follower.close()

    def _refused(self, error: ForbiddenError) -> None:
        self.warn(error, "logs stay unread", once="logs")

    def _line(self, logged: LineLogged) -> None:
        self._observer.note(logged)
        show_line(self._log, logged)
