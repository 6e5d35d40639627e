"""How many stages are worked on at once, and which of those that wait goes first."""

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Slots:
    """*count* places; of those that wait, the one with the greatest weight is next."""

    def __init__(self, count: int) -> None:
        """Begin with all places free."""
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
            self._changed.wait_for(lambda: self._free > 0 and self._waiting[0] == ticket)
            heapq.heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()
