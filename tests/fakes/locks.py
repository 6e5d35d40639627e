"""Locks in memory: those of one host's threads."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class MemoryLocks:
    """Named locks; ``names`` are those that were taken, in order."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks[name]
        with lock:
            self.names.append(name)
            yield
