"""The logs of new pods, line by line as they are written.

One stream for each run of a container, in a thread of its own. A stream that breaks goes on after
the last line that was shown: the API's own time stamps tell which that was.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Protocol

from werfish.errors import WerfishError
from werfish.kube.cluster import LogQuery, LogStream
from werfish.kube.errors import ForbiddenError, UnreachableError
from werfish.kube.resource import Manifest
from werfish.track.annotations import LogOptions
from werfish.track.cause import Cause
from werfish.track.containers import container_statuses
from werfish.track.events import LineLogged

TAIL = 200
ATTEMPTS = 5
_GONE = "unable to retrieve container logs for "
"""What kubelet answers in place of the log of a container that is no more (an evicted pod's)."""


class Logged(Protocol):
    """The part of a cluster that logs need."""

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> LogStream:
        """Read a container's log."""
        ...


Show = Callable[[LineLogged], None]
"""Shows a line; it is called from the threads of the streams."""
Refused = Callable[[ForbiddenError], None]
"""Is told, from those threads, that the role may not read a log."""

ALL_LOGS = LogOptions()


class LogFollower:
    """Shows the logs of the containers of so many pods at a time as *options* say."""

    def __init__(
        self, cluster: Logged, show: Show, refused: Refused, options: LogOptions = ALL_LOGS
    ) -> None:
        """Let *show* write what the containers print, or *refused* why it may not be read."""
        self._options = options
        self._cluster = cluster
        self._show = show
        self._refused = refused
        self._pods: set[str] = set()
        self._runs: dict[tuple[str, str, int], _Run] = {}

    def follow(self, pods: tuple[Manifest, ...], *, is_first: bool, written: str = "") -> None:
        """Follow the first of *pods* that are alive, or stay with those that are.

        With *is_first* pods may be old: then only the last lines of their logs are shown; of those
        that were there before their owner was *written*, only what they print since.
        """
        chosen = [pod for pod in pods if pod["metadata"]["uid"] in self._pods and _is_alive(pod)]
        others = [pod for pod in pods if pod not in chosen]
        unseen = [pod for pod in others if _is_alive(pod) or self._is_unseen(pod)]
        for pod in (*chosen, *unseen)[: self._options.replicas]:
            self._pods.add(str(pod["metadata"]["uid"]))
            for status in container_statuses(pod):
                if self._options.has(status["name"]):
                    restart = int(status.get("restartCount") or 0)
                    self._start(pod, status["name"], restart, is_first, _since(pod, written))

    def finish(self, seconds: float) -> None:
        """Let streams of containers that ended come to their end, then `close`."""
        deadline = time.monotonic() + seconds
        for run in self._runs.values():
            run.join(max(deadline - time.monotonic(), 0))
        self.close()

    def close(self) -> None:
        """Stop showing logs, at once."""
        for run in self._runs.values():
            run.close()

    def _is_unseen(self, pod: Manifest) -> bool:
        uid = pod["metadata"]["uid"]
        return all(key[0] != uid for key in self._runs)

    def _start(
        self, pod: Manifest, container: str, restart: int, is_first: bool, since: str
    ) -> None:
        key = (str(pod["metadata"]["uid"]), container, restart)
        status = next(one for one in container_statuses(pod) if one["name"] == container)
        if key in self._runs or not _has_log(status):
            return
        metadata = pod["metadata"]
        self._runs[key] = _Run(
            self._cluster,
            self._show,
            self._refused,
            (str(metadata["namespace"]), str(metadata["name"]), container),
            self._options,
            tail=TAIL if is_first else None,
            since=since,
        )


class _Run:
    """The thread and the stream of one run of one container."""

    def __init__(
        self,
        cluster: Logged,
        show: Show,
        refused: Refused,
        place: tuple[str, str, str],
        options: LogOptions,
        *,
        tail: int | None,
        since: str,
    ) -> None:
        self._cluster = cluster
        self._options = options
        self._show = show
        self._refused = refused
        self._place = place
        self._tail = tail
        self._since = since
        self._closed = threading.Event()
        self._stream: LogStream | None = None
        self._thread = threading.Thread(target=self._run, name=f"log {place[1]}", daemon=True)
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def close(self) -> None:
        self._closed.set()
        if self._stream is not None:
            self._stream.close()

    def _run(self) -> None:
        last = ""
        for attempt in range(ATTEMPTS):
            try:
                for stamp, line in self._lines(last):
                    if self._closed.is_set():
                        return
                    last = stamp
                    if self._options.is_wanted(self._place[2], line):
                        self._show(LineLogged(*self._place, line))
                return
            except UnreachableError:
                self._closed.wait(0.2 * 2**attempt)
            except ForbiddenError as error:
                self._refused(error)
                return
            except WerfishError:  # the pod or its log is gone: nothing to show
                return

    def _lines(self, last: str) -> Iterator[tuple[str, str]]:
        since = last or self._since
        query = LogQuery(
            timestamps=True, follow=True, since=since, tail_lines=None if since else self._tail
        )
        self._stream = self._cluster.logs(*self._place, query)
        if self._closed.is_set():
            self._stream.close()
        for text in self._stream:
            stamp, _, line = text.partition(" ")
            if stamp > last and not text.startswith(_GONE):
                yield stamp, line


def tail_of(cluster: Logged, namespace: str, cause: Cause, lines: int) -> tuple[str, ...]:
    """Return the last *lines* that the container of *cause* printed; none where there is no log."""
    query = LogQuery(tail_lines=lines, previous=cause.in_previous)
    with suppress(WerfishError):
        for _ in range(ATTEMPTS):
            with suppress(UnreachableError):
                said = tuple(cluster.logs(namespace, cause.pod, cause.container, query))
                return tuple(line for line in said if not line.startswith(_GONE))[-lines:]
    return ()


def _since(pod: Manifest, written: str) -> str:
    """Return since when lines of *pod* count: of one that is older than what was *written*, then.

    The node finds the lines; its stamps are of its own zone.
    """
    created = str(pod["metadata"].get("creationTimestamp") or "")
    return written if created and created < written else ""


def _has_log(status: Manifest) -> bool:
    state = status.get("state") or {}
    last = status.get("lastState") or {}
    return "running" in state or "terminated" in state or "terminated" in last


def _is_alive(pod: Manifest) -> bool:
    return (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
