"""What a state leaves behind when its folder should be gone."""

from __future__ import annotations

from pathlib import Path

from integration.kit import apt
from integration.kit.folders import Folders
from integration.kit.mounts import mounts_below
from integration.kit.processes import marked


def of_state(folders: Folders) -> list[str]:
    """Return the processes, mounts and files that belong to the state."""
    found = [
        f"process {identity.pid} {_name_of(identity.pid)} ({mark})"
        for identity, mark in marked(f"{folders.state}/")
    ]
    found += [f"mount {point}" for point in mounts_below(folders.state)]
    if folders.state.exists():
        found.append(f"folder {folders.state}")
    if apt.is_our_policy():
        found.append(f"file {apt.POLICY}")
    return found


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "gone"
