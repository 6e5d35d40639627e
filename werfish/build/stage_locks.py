"""One lock a stage, so that images of one build that share it build it once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from stages.digest import Digest
from werfish.build.slots import Waiting
from werfish.storage.stage_storage import BrokenStageError


class Locks:
    """One lock a digest: two images that share a stage build it once.

    Who fails while it holds one sets *stop* before the next one gets it: what failed for one image
    is not tried again for the other.
    """

    def __init__(self, stop: threading.Event, waiting: Waiting = nullcontext) -> None:
        """Begin without locks."""
        self._stop, self._waiting = stop, waiting
        self._guard = threading.Lock()
        self._locks: dict[Digest, threading.Lock] = {}

    @contextmanager
    def held(self, digest: Digest) -> Iterator[None]:
        """Hold the lock of *digest*."""
        with self._guard:
            lock = self._locks.setdefault(digest, threading.Lock())
        if not lock.acquire(blocking=False):
            with self._waiting("an image with the same stage"):
                lock.acquire()
        try:
            yield
        except BrokenStageError:  # it is tried again
            raise
        except BaseException:
            self._stop.set()
            raise
        finally:
            lock.release()
