"""From which commits the folders that outlive a build were filled.

A run that failed, or was killed, or goes on at the same time, may have left something of its
commits too: they are noted before it begins, and older ones forgotten only when it ended well.
Where the clock was set back since the last run, the times in folders of our own are set back too.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from werfish.containers.atomic_file import write_whole
from werfish.locks.lock import Locks
from werfish.storage.future_times import set_back

Commits = Mapping[str, str] | None
"""By repository; ``None`` where they are not known."""
_Change = Callable[[tuple[Commits, ...]], tuple[Commits, ...]]
_MOST = 16
"""Of a folder that holds the work of more commits nothing is known."""


class MountRunRecords:
    """One file for each folder and each *who* that runs with it, in folder *folder*.

    Mounted folders below *own* are ours; *clock* gives seconds since 1970.
    """

    def __init__(self, folder: Path, locks: Locks, own: Path, clock: Callable[[], float]) -> None:
        """Use *folder*, made with the first run."""
        self._folder = folder
        self._locks = locks
        self._own = own.absolute()
        self._clock = clock

    @contextmanager
    def run(
        self, folder: Path, who: str, commits: Mapping[str, str]
    ) -> Iterator[tuple[Commits, ...]]:
        """Give what *folder* holds of *who*'s runs; after the block, if it ends well, *commits*."""
        name = sha256(f"{folder}\n{who}".encode()).hexdigest()
        before = self._change(name, folder, lambda held: (*held, commits))
        yield before
        self._change(
            name, folder, lambda held: (*(one for one in held if one not in before), commits)
        )

    def _change(self, name: str, folder: Path, change: _Change) -> tuple[Commits, ...]:
        path = self._folder / f"{name}.json"
        with self._locks.held(f"mount-{name}"):
            self._set_back(path, folder)
            held = _read(path)
            if held is None:
                held = (None,) if any(folder.iterdir()) else ()
            changed = _distinct(change(held))
            kept = changed if len(changed) <= _MOST else (None, changed[-1])
            write_whole(path, json.dumps(kept).encode())
        return held

    def _set_back(self, record: Path, folder: Path) -> None:
        """Set times in *folder* back where the clock was since *record* was written."""
        now = self._clock()
        with suppress(FileNotFoundError):
            if record.stat().st_mtime > now and folder.is_relative_to(self._own):
                set_back(folder, now)


def _read(path: Path) -> tuple[Commits, ...] | None:
    """Return what is noted, or ``None`` where nothing (readable) is."""
    try:
        noted = json.loads(path.read_bytes())
        return tuple(None if one is None else {**one} for one in noted)
    except (OSError, ValueError, TypeError):
        return None


def _distinct(held: Sequence[Commits]) -> tuple[Commits, ...]:
    """Return each once, in the order of their last mention."""
    return tuple(one for place, one in enumerate(held) if one not in held[place + 1 :])
