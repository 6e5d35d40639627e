"""Images that are published at once share layers: each layer is moved by one of them.

The others wait for it, then find it in the repository or mount it.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager


class LayerLocks:
    """One lock a layer, within this process."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def held(self, diff_ids: Iterable[str]) -> Iterator[bool]:
        """Hold the layers; gives whether another one had any of them, so that all may be new.

        They are taken in one order everywhere, so two images never wait for each other.
        """
        has_waited = False
        with ExitStack() as stack:
            for diff_id in sorted(set(diff_ids)):
                lock = self._lock(diff_id)
                if not lock.acquire(blocking=False):
                    has_waited = True
                    lock.acquire()
                stack.callback(lock.release)
            yield has_waited

    def _lock(self, diff_id: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(diff_id, threading.Lock())
