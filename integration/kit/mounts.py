"""Mounts below a folder, which keep it from being removed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def parse_mounts(text: str, folder: str) -> list[str]:
    """Return the mount points below *folder* in a mount table, the deepest first."""
    points = [_unescape(line.split()[1]) for line in text.splitlines()]
    return sorted((point for point in points if point.startswith(f"{folder}/")), reverse=True)


def mounts_below(folder: Path) -> list[str]:
    """Return what is mounted below *folder* now, the deepest first."""
    return parse_mounts(Path("/proc/self/mounts").read_text(), str(folder))


def unmount_below(folder: Path) -> None:
    """Unmount everything below *folder*, also what is still in use."""
    for point in mounts_below(folder):
        subprocess.run(["umount", "-l", point], capture_output=True, check=False)


def _unescape(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), point)
