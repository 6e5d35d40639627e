"""Private temporary folders that the next run removes where their process was killed."""

import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from werfish.containers.atomic_file import writing

_PREFIX = "werfish-run-"


class Notes(Protocol):
    """What is to be undone if this process is killed, and what killed ones left to be undone."""

    def note(self, text: str) -> Path:
        """Write down *text*, until `erase`."""
        ...

    def erase(self, note: Path) -> None:
        """Take a note away: it is done."""
        ...

    def left(self) -> Iterable[tuple[Path, str]]:
        """Return the notes of dead processes of this home."""
        ...


@contextmanager
def private_folder(notes: Notes) -> Iterator[Path]:
    """Make a folder that only this user can enter, and remove it after the block."""
    folder = Path(tempfile.gettempdir()) / f"{_PREFIX}{uuid.uuid4().hex[:12]}"
    note = notes.note(str(folder))
    try:
        with writing(folder.parent):
            folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        notes.erase(note)


def sweep_folders(notes: Notes) -> None:
    """Remove the folders of killed processes."""
    for note, text in notes.left():
        if is_folder(text):
            shutil.rmtree(text, ignore_errors=True)
            notes.erase(note)


def is_folder(text: str) -> bool:
    """Whether the note *text* names a folder of `private_folder`."""
    path = Path(text)
    return path.is_absolute() and path.name.startswith(_PREFIX)
