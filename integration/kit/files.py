"""Files of the kit: written whole and only when they change; folders removed when empty."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def write_changed(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write *text* to *path* unless it holds that already: kube-proxy ends at every write."""
    try:
        if path.read_text() == text:
            return
    except OSError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=mode)
    unfinished.write_text(text)
    unfinished.replace(path)


def remove_empty(folders: Iterable[str]) -> None:
    """Remove those of *folders* that are empty: their programs make them and leave them."""
    for folder in folders:
        with suppress(OSError):  # not there, or in use by somebody else
            Path(folder).rmdir()
