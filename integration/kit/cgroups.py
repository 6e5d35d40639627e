"""Control groups by name: end what runs in them, and remove them (cgroup v1 and v2)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from integration.kit.processes import Identity, end, identity_of

ROOT = Path("/sys/fs/cgroup")


def groups_of(name: str) -> list[Path]:
    """Return the folders of the group *name*, one for each hierarchy that has it."""
    return [path for path in (ROOT / name, *ROOT.glob(f"*/{name}")) if path.is_dir()]


def remove(name: str) -> None:
    """Kill what runs in the group *name* and below, and remove the groups."""
    end(_members(name), seconds=0)
    for group in groups_of(name):
        for folder in [*sorted(group.rglob("*/"), reverse=True), group]:
            with suppress(OSError):  # a file, or still being emptied: leftovers will tell
                folder.rmdir()


def _members(name: str) -> list[Identity]:
    found: set[int] = set()
    for group in groups_of(name):
        for listing in group.rglob("cgroup.procs"):
            with suppress(OSError):
                found.update(int(line) for line in listing.read_text().split())
    identities = (identity_of(pid) for pid in found)
    return [identity for identity in identities if identity is not None]
