"""Files that are either whole or not there: written beside their place, then renamed.

A killed writer leaves a ``.new-…`` file and nothing else; `sweep_unfinished` removes those.
"""

import errno
import os
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from werfish.errors import WerfishError

_PREFIX = ".new-"
NO_ROOM = frozenset({errno.EDQUOT, errno.ENOSPC})
"""What a full disk says."""
_REFUSALS = NO_ROOM | {errno.EACCES, errno.EEXIST, errno.ENOTDIR, errno.EPERM, errno.EROFS}
NO_FOLDER = _REFUSALS | {errno.ENOENT}
"""And where no folder can be made at all, as below ``/proc``."""


class UnwritableError(WerfishError):
    """A folder of this host takes no files: it is full, read-only, another user's, or a file."""

    def __init__(self, folder: Path, problem: str) -> None:
        """Name the *folder* and the *problem*."""
        super().__init__(
            f'write into "{folder}": {problem}',
            hint="make room for it there, or name another folder with --home-dir or --tmp-dir",
        )
        self.folder = folder
        self.problem = problem


@contextmanager
def writing(folder: Path, refusals: Container[int] = _REFUSALS) -> Iterator[None]:
    """Turn what stands in the way of writing into *folder* into `UnwritableError`.

    *refusals* are the numbers of errors that mean so: fewer, where the block also reads.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None or error.errno not in refusals:
            raise
        raise UnwritableError(folder, (error.strerror or str(error)).lower()) from error


def write_whole(path: Path, data: bytes) -> None:
    """Make *path* hold *data*, replacing what was there at once; its folder is made."""
    with unfinished(path.parent) as (file, temporary):
        file.write(data)
        file.flush()
        temporary.replace(path)


@contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new file in *folder*, which is made; unless it is renamed meanwhile, it is removed."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=folder)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file, temporary
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def nameless(folder: Path) -> Iterator[BinaryIO]:
    """Open a new file for writing and reading in *folder*, which is made; it never has a name."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(prefix=_PREFIX, dir=folder) as file:
            yield file


def sweep_unfinished(folder: Path, *, before: float) -> None:
    """Remove unfinished files below *folder* last written *before* (seconds since 1970)."""
    for path in folder.rglob(f"{_PREFIX}*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()
