"""Links to the programs that tests run, in one folder of the state to put on PATH."""

from __future__ import annotations

import os
from pathlib import Path

from integration.kit.folders import Folders
from integration.kit.part import Kit
from integration.kit.state import make_state_folder


def link(folders: Folders, name: str, target: Path) -> bool:
    """Make *target* known as *name*; tell whether it was not yet."""
    path = folders.bin / name
    if path.is_symlink() and path.readlink() == target:
        return False
    make_state_folder(folders)
    folders.bin.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    return True


def unlink(folders: Folders, name: str) -> None:
    """Make *name* unknown."""
    (folders.bin / name).unlink(missing_ok=True)


def linked(folders: Folders, name: str) -> Path | None:
    """Return the program known as *name*."""
    path = folders.bin / name
    return path.readlink() if path.is_symlink() else None


def foreign_path(kit: Kit) -> str:
    """Return the PATH of *kit* without our folder, which an earlier ``env`` put there."""
    entries = kit.environment.get("PATH", os.defpath).split(":")
    return ":".join(entry for entry in entries if entry != str(kit.folders.bin))
