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
        self._had: set[str] = set()

    @contextmanager
    def held(self, diff_ids: Iterable[str]) -> Iterator[bool]:
        """Hold the layers; gives whether any was held before, so that what one saw may be old.

        That counts also where nobody had to wait: the other may have come and gone meanwhile.

        They are taken in one order everywhere, so two images never wait for each other.
        """
        wanted = sorted(set(diff_ids))
        with ExitStack() as stack:
            for diff_id in wanted:
                stack.enter_context(self._lock(diff_id))
            with self._guard:
                was_held = not self._had.isdisjoint(wanted)
                self._had.update(wanted)
            yield was_held

    def _lock(self, diff_id: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(diff_id, threading.Lock())
