"""How many images threads work on just now."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Running:
    """A count that threads keep themselves.

    Who starts a thread may be interrupted before it knows that it has.
    """

    def __init__(self) -> None:
        """Count nothing yet."""
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count this thread during the block."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def ended(self, seconds: float) -> bool:
        """Wait so long at most until nobody works; tell whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, seconds)

    def _add(self, number: int) -> None:
        with self._changed:
            self._count += number
            self._changed.notify_all()
