"""How many stages are worked on at once, and which of those that wait goes first."""

import heapq
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Waiting = Callable[[str], AbstractContextManager[object]]
"""Entered while something is waited for, which is told by what it is."""


class Slots:
    """*count* places; of those that wait, the one with the greatest weight is next."""

    def __init__(self, count: int, waiting: Waiting = nullcontext) -> None:
        """Begin with all places free."""
        self._waits = waiting
        self._free = max(1, count)
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._came = 0

    @contextmanager
    def held(self, weight: int) -> Iterator[None]:
        """Hold a place; who came first goes first among equal weights."""
        with self._changed:
            ticket = (-weight, self._came)
            self._came += 1
            heapq.heappush(self._waiting, ticket)
            if not self._is_next(ticket):
                with self._waits("a place"):
                    self._changed.wait_for(lambda: self._is_next(ticket))
            heapq.heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _is_next(self, ticket: tuple[int, int]) -> bool:
        return self._free > 0 and self._waiting[0] == ticket
