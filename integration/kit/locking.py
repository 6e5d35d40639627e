"""An exclusive lock between processes, whose file may be removed while it is held."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration.kit.progress import say


@contextmanager
def locked(path: Path, part: str) -> Iterator[None]:
    """Hold the lock *path*, telling the reader of *part* when it must be waited for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _acquire(path, part)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(path: Path, part: str) -> int:
    while True:
        # Not inherited by the daemons: a lock lives as long as any copy of its descriptor.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(part, f"waiting for another process that holds {path}")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _is_same(path, descriptor):
            return descriptor
        os.close(descriptor)  # removed by the holder we waited for


def _is_same(path: Path, descriptor: int) -> bool:
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
