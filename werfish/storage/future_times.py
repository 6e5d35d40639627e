"""Files with times that are yet to come: the clock was set back since they were made.

What ``make`` builds now from a changed file would look older than what it built then.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def set_back(folder: Path, now: float) -> None:
    """Let everything in *folder* be of the past (before *now*, in seconds since 1970).

    All times are moved alike, so that what was newer than another file still is.
    """
    times = {path: found for path in _everything(folder) if (found := _time(path)) is not None}
    ahead = max(times.values(), default=0) - int(now * 1e9)
    if ahead > 0:
        for path, time in times.items():
            with suppress(OSError):
                os.utime(path, ns=(time - ahead, time - ahead), follow_symlinks=False)


def _everything(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place) / name for name in (*folders, *files))


def _time(path: Path) -> int | None:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return None
