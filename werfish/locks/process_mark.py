"""Which process holds a Lease, so that a later one on the same machine can see that it died.

Law: a process is taken for dead only where this kernel says so. A mark of another machine, of
another container or of an earlier boot says nothing, and silence has to tell.
"""

import os
from pathlib import Path

PROC = Path("/proc")
_ENDED = frozenset("ZX")


def process_mark(pid: int | None = None) -> str:
    """Return what tells the process *pid* (this one) from any other; empty where nothing does.

    Boot of the machine, namespace of pids, pid, and when it started: a pid alone is used again.
    """
    try:
        return "/".join((*_place(), str(pid or os.getpid()), _started(pid or os.getpid())))
    except (OSError, ValueError, IndexError):
        return ""


def is_dead(mark: str) -> bool:
    """Tell whether the process of *mark* lived here and has ended."""
    *place, pid, started = mark.rsplit("/", 2) if mark.count("/") == 3 else ("", "", "")
    if not pid.isdigit() or "/".join(place) != "/".join(_own_place()):
        return False
    try:
        os.kill(int(pid), 0)
        return _started(int(pid)) != started
    except ProcessLookupError:
        return True
    except (OSError, ValueError, IndexError, OverflowError):  # somebody else's, who may be alive
        return False


def _own_place() -> tuple[str, ...]:
    try:
        return _place()
    except OSError:
        return ()


def _place() -> tuple[str, str]:
    boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return boot, (PROC / "self/ns/pid").readlink().name


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the boot; empty for one that has ended.

    Its name, in parentheses, may hold anything; state and start are fields 3 and 22 (proc(5)).
    """
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return "" if fields[0] in _ENDED else fields[19]
