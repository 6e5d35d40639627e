"""Locks among the processes and threads of one host: ``flock`` on files that stay.

The files are empty and are never removed: a lock on a removed file would lock nobody out.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from werfish.containers.atomic_file import writing


class FileLocks:
    """Named locks as files of one folder."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, which is made with the first lock."""
        self._folder = folder

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Wait for the lock *name* and hold it; the kernel frees it when the process dies."""
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / f"{quote(name, safe='')}.lock").open("ab")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
