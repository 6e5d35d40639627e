"""The folders of mirrors on the disk: put in place at once, known again, cleaned of leftovers."""

import shutil
from contextlib import suppress
from pathlib import Path

_LEFT = ("*.lock", "tmp_*", ".tmp-*")
"""What a killed git leaves in a repository; no ref and no object is called so."""


def unfinished_name(root: Path) -> str:
    """Return how the names begin of what becomes, or was, the copy at *root*."""
    return f"{root.name}.new-"


def put_in_place(new: Path, root: Path) -> None:
    """Let *new* be the copy at *root*; what was there goes, and who reads it may go on."""
    old = new.with_name(f"{new.name}-old")
    with suppress(FileNotFoundError):
        root.rename(old)
    new.rename(root)
    remove_all(old)


def identity_of(root: Path) -> str:
    """Return what tells the copy at *root* from one that was put there later; empty for none."""
    try:
        # Inodes are used again, but hardly by one that was made at the same instant.
        return f"{root.stat().st_ino} {(root / '.git' / 'config').stat().st_mtime_ns}"
    except OSError:
        return ""


def remove_unfinished(root: Path) -> None:
    """Remove what killed runs left beside *root* and in it; nobody else may work there."""
    for left in root.parent.glob(f"{unfinished_name(root)}*"):
        remove_all(left)
    for pattern in _LEFT:
        for path in (root / ".git").rglob(pattern):
            path.unlink(missing_ok=True)


def remove_all(path: Path) -> None:
    """Remove the folder or file at *path*, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
