"""Locks among the processes and threads of one host: ``flock`` on files that stay.

The files are empty and are never removed: a lock on a removed file would lock nobody out.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from werfish.containers.atomic_file import writing

LONGEST = 200
"""Names of files have 255 bytes at most."""


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
            file = (self._folder / f"{_file_name(name)}.lock").open("ab")
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _file_name(name: str) -> str:
    """Return *name* as a name of a file: a long one, as of a deep repository, by its digest."""
    quoted = quote(name, safe="")
    if len(quoted) <= LONGEST:
        return quoted
    return f"{quoted[: LONGEST // 2]}-{sha256(name.encode()).hexdigest()}"
