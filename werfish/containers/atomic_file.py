"""Files that are either whole or not there: written beside their place, then renamed.

A killed writer leaves a ``.new-…`` file and nothing else; `sweep_unfinished` removes those.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_PREFIX = ".new-"


def write_whole(path: Path, data: bytes) -> None:
    """Make *path* hold *data*, replacing what was there at once; its folder is made."""
    with unfinished(path.parent) as (file, temporary):
        file.write(data)
        file.flush()
        temporary.replace(path)


@contextmanager
def unfinished(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new file in *folder*, which is made; unless it is renamed meanwhile, it is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, temporary
    finally:
        temporary.unlink(missing_ok=True)


def sweep_unfinished(folder: Path, *, before: float) -> None:
    """Remove unfinished files below *folder* last written *before* (seconds since 1970)."""
    for path in folder.rglob(f"{_PREFIX}*"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                path.unlink()
