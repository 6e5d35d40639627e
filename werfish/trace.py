"""Where the time went: spans of work, in the format that Chrome's and Perfetto's viewers read.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU describes it.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_MICROSECOND = 1e6


class Trace:
    """Collects spans of all threads; *clock* gives seconds. Without one nothing is collected."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        """Begin without spans."""
        self._clock = clock
        self._lock = threading.Lock()
        self._events: list[dict[str, Any]] = []
        self._lines: dict[int, int] = {}
        self._count = 0

    @contextmanager
    def span(self, name: str, **facts: str | int | float) -> Iterator[None]:
        """Record how long what happens inside takes, under *name*, with *facts* about it."""
        if self._clock is None:
            yield
            return
        began = self._clock()
        try:
            yield
        finally:
            self._record(name, began, self._clock(), facts)

    def _record(self, name: str, began: float, ended: float, facts: dict[str, Any]) -> None:
        with self._lock:
            line = self._lines.get(threading.get_ident()) or self._new_line()
            self._events.append(
                {
                    "name": name,
                    "cat": "werfish",
                    "ph": "X",
                    "ts": round(began * _MICROSECOND),
                    "dur": round((ended - began) * _MICROSECOND),
                    "pid": 1,
                    "tid": line,
                    "args": facts,
                }
            )

    def name_thread(self, name: str) -> None:
        """Call what this thread does from now on *name*."""
        if self._clock is None:
            return
        with self._lock:
            # Threads of a pool are used again: a name begins a line of its own.
            event = {"name": "thread_name", "ph": "M", "pid": 1, "tid": self._new_line()}
            self._events.append({**event, "args": {"name": name}})

    def _new_line(self) -> int:
        self._count += 1
        self._lines[threading.get_ident()] = self._count
        return self._count

    def document(self) -> str:
        """Return everything that was recorded, as the text of a file."""
        with self._lock:
            events = sorted(self._events, key=lambda event: event.get("ts", -1))
        return json.dumps({"traceEvents": events, "displayTimeUnit": "ms"}, indent=0) + "\n"


OFF = Trace()
"""Records nothing."""
