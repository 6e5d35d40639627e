"""Temporary folders that end with their process: what a killed one left, the next one removes.

A copy of a chart holds its secret files in plain text, others the key of a cluster's user. Law: a
folder with our name is locked from its first moment to its last, so that one without a lock is
nobody's.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "werfish-private-"
"""Whatever has such a name and no lock is removed: nobody else may use it."""


@contextmanager
def own_folder(place: Path | None = None) -> Iterator[Path]:
    """Make a folder that only this user can enter, and remove it after the block.

    It is in the folder *place*, else where temporary files are.
    """
    place = place or Path(tempfile.gettempdir())
    _sweep(place)
    unlocked = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=place))
    folder = unlocked.with_name(unlocked.name.removeprefix("."))
    handle = os.open(unlocked, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        unlocked.rename(folder)
        yield folder
    finally:
        for one in (unlocked, folder):
            shutil.rmtree(one, ignore_errors=True)
        os.close(handle)


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, one in use, or gone meanwhile
            _remove_unlocked(folder)


def _remove_unlocked(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    finally:
        os.close(handle)
