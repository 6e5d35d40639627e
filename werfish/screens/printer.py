"""The one place that writes: what a screen says for each event, and as time passes.

While there are tasks a thread lets the screen tick; it ends with them.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol, TextIO

from werfish.screens.events import Event, Moment


class Screen(Protocol):
    """Turns events into the text to write. It is never called twice at once."""

    period: float
    """Seconds between two ticks, 0 for none."""
    is_live: bool
    """Whether trees are drawn."""

    def show(self, event: Event, moment: Moment) -> str:
        """Return what to write for *event*."""
        ...

    def tick(self, moment: Moment) -> str:
        """Return what to write because time has passed."""
        ...


class Printer:
    """Writes to *stream* what *screen* says, from any thread; *now* tells time and size."""

    def __init__(self, stream: TextIO, screen: Screen, now: Callable[[], Moment]) -> None:
        """Write nothing yet."""
        self._stream, self._screen, self._now = stream, screen, now
        self._lock = threading.RLock()

    @property
    def is_live(self) -> bool:
        """Whether trees are drawn."""
        return self._screen.is_live

    def put(self, event: Event) -> None:
        """Show *event*."""
        with self._lock:
            self._write(self._screen.show(event, self._now()))

    @contextmanager
    def paused(self, event: Event) -> Iterator[None]:
        """Show *event*, and nothing else until the block ends."""
        with self._lock:
            self.put(event)
            yield

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Let the screen tick until the block ends."""
        if not self._screen.period:
            yield
            return
        over = threading.Event()
        thread = threading.Thread(target=self._tick, args=(over,), name="screen", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _tick(self, over: threading.Event) -> None:
        with suppress(OSError):  # the terminal is gone: whoever writes a line is told
            while not over.wait(self._screen.period):
                with self._lock:
                    self._write(self._screen.tick(self._now()))

    def _write(self, text: str) -> None:
        if text:
            self._stream.write(text)
            self._stream.flush()
