"""Leases: how the next run knows whether who left a container behind is still alive.

A lease is a file that its process keeps locked. The kernel frees the lock however the process ends,
so a lease that can be locked is a dead one. The home has an id of its own, because daemons are
shared: what carries another home's id is none of ours.
"""

import fcntl
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.containers.atomic_file import NO_FOLDER, sweep_unfinished, unfinished, writing

_DAY = 86_400.0
_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class HostLease:
    """The lease of a process: the id of its *home*, and its own *name* there."""

    home: str
    name: str
    folder: Path

    def is_dead(self, name: str) -> bool:
        """Whether no process holds the lease *name* of this home any more."""
        return name != self.name and _is_dead(self.folder / name)

    def note(self, text: str) -> Path:
        """Write down what is to be undone if this process is killed, until `erase`."""
        with unfinished(self._notes) as (file, temporary):
            file.write(text.encode())
            file.flush()
            path = temporary.with_name(temporary.name.replace(".new", self.name, 1))
            temporary.replace(path)
        return path

    def erase(self, note: Path) -> None:
        """Take a note away: it is done."""
        note.unlink(missing_ok=True)

    def left(self) -> Iterator[tuple[Path, str]]:
        """Yield the notes of dead processes of this home."""
        for note in self._notes.glob("[!.]*"):
            if self.is_dead(note.name.partition("-")[0]):
                with suppress(FileNotFoundError):
                    yield note, note.read_text()

    @property
    def _notes(self) -> Path:
        return self.folder.parent / "notes"


@contextmanager
def host_lease(home: Path) -> Iterator[HostLease]:
    """Hold a lease in folder *home* until the end of the block, or of the process."""
    folder = home / "leases"
    with _locked_file(folder) as path:
        _remove_old(home, folder, path.stat().st_mtime)
        yield HostLease(_home_id(home), path.name, folder)


@contextmanager
def _locked_file(folder: Path) -> Iterator[Path]:
    while True:
        with writing(folder, NO_FOLDER):
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix="", suffix="")
        path = Path(name)
        with os.fdopen(handle) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not path.exists():  # taken for a dead one before it was locked
                continue
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)
            return


def _remove_old(home: Path, folder: Path, now: float) -> None:
    """Remove the leases of who was killed days ago, and the unfinished files that he left."""
    old = [path for path in folder.iterdir() if _age(path, now) > 2 * _DAY and _is_dead(path)]
    if old:
        sweep_unfinished(home, before=now - _DAY)
    for path in old:
        path.unlink(missing_ok=True)


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except FileNotFoundError:
        return 0


def _is_dead(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _home_id(home: Path) -> str:
    """Return the id of *home*, given to it once; a broken one is replaced."""
    path = home / "id"
    known = _read_id(path)
    if known:
        return known
    with unfinished(home) as (file, temporary):
        file.write(uuid.uuid4().hex.encode())
        file.flush()
        if known is None:
            with suppress(FileExistsError):
                path.hardlink_to(temporary)
        else:
            temporary.replace(path)
    return path.read_text().strip()


def _read_id(path: Path) -> str | None:
    """Return the id in *path*, empty where it is none, ``None`` where there is no file."""
    try:
        text = path.read_bytes().decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
    return text if _ID.fullmatch(text) else ""
