"""Answers without an end: watches and logs that any thread can stop at once.

Law: closing never waits for the reader; it shuts the socket down, and the reader wakes up and
closes the connection, as nobody else may while it reads.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from werfish.errors import WerfishError
from werfish.kube.cluster import EventType, WatchEvent
from werfish.kube.errors import error_of

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse


class Lines:
    """The lines of a streamed answer, as they come."""

    def __init__(
        self, response: "BaseHTTPResponse", broken: Callable[[Exception], WerfishError]
    ) -> None:
        """Read *response*; *broken* makes the error for a connection that broke midway."""
        self._response = response
        self._broken = broken
        self._closed = threading.Event()
        self._is_read = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines without their newlines until the server's end or `close`."""
        from urllib3 import exceptions

        rest = b""
        self._is_read = True
        try:
            for chunk in self._response.stream(None):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
            if rest:
                yield rest
        except (exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            # ValueError and AttributeError: read while the response was being closed
            if not self._closed.is_set():
                raise self._broken(error) from error
        finally:
            self._closed.set()
            self._end(self._response.close)

    def close(self) -> None:
        """Stop, from any thread."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._end(self._response.shutdown)
        if not self._is_read:
            self._end(self._response.close)

    def _end(self, how: Callable[[], None]) -> None:
        with contextlib.suppress(OSError, ValueError, RuntimeError, AttributeError):
            how()


class HttpWatch:
    """A watch of the API."""

    def __init__(self, lines: Lines, doing: str) -> None:
        """Read events from *lines*; *doing* begins errors that the server sends."""
        self._lines = lines
        self._doing = doing

    def __iter__(self) -> Iterator[WatchEvent]:
        """Yield events; an ``ERROR`` event is raised as the error that it carries.

        `UnreachableError` where the connection broke; the server's own end is an end.
        """
        for line in self._lines:
            if not line.strip():
                continue
            event = json.loads(line)
            if event["type"] == "ERROR":
                status = event.get("object") or {}
                raise error_of(int(status.get("code") or 500), status, self._doing)
            yield WatchEvent(EventType(event["type"]), event["object"])

    def close(self) -> None:
        """Stop, from any thread."""
        self._lines.close()


class HttpLog:
    """A container's log."""

    def __init__(self, lines: Lines) -> None:
        """Read text from *lines*."""
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        """Yield lines; bytes that are not UTF-8 are replaced."""
        for line in self._lines:
            yield line.decode(errors="replace").rstrip("\r")

    def close(self) -> None:
        """Stop, from any thread."""
        self._lines.close()
