"""Network devices of this machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def names(pattern: str) -> list[str]:
    """Return the devices whose name matches *pattern* whole."""
    wanted = re.compile(pattern)
    devices = Path("/sys/class/net")
    return sorted(path.name for path in devices.iterdir() if wanted.fullmatch(path.name))


def remove(name: str) -> None:
    """Remove the device *name*; one that is gone is no failure."""
    subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
