"""Run a program that must not outlive werfish, and its folder with it; `werfish.process` starts it.

The guard makes the folder, says so, and waits for one line before it starts the program. When the
program ends, or standard input does because werfish was killed or wants it so, every process that
descends from the guard ends too and the folder is removed. It is a file of its own, imports
nothing of ours, and is run as ``python guard.py FOLDER PROGRAM ARGUMENT...``.
"""

import os
import select
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

READY = b"ready\n"
_PATIENCE = 5_000
"""Milliseconds that a program gets to end by itself when it is asked to."""
_SIGNALLED = 128
"""A program that a signal ended has this and the signal's number as its code, as in shells."""
_BECOME_REAPER = 36
"""``PR_SET_CHILD_SUBREAPER``: whose parent died becomes our child, so that none is lost."""


def main(folder: Path, arguments: list[str]) -> int:
    """Guard *arguments* with *folder*; return the program's exit code."""
    import ctypes  # not for those who only start us

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_BECOME_REAPER, 1, 0, 0, 0)
    folder.mkdir(mode=0o700)
    try:
        os.write(1, READY)
        return _run(arguments) if os.read(0, 1) else 1
    finally:
        _end_children()
        shutil.rmtree(folder, ignore_errors=True)


def _run(arguments: list[str]) -> int:
    nothing = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    usual = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    child = os.posix_spawnp(
        arguments[0], arguments, os.environ, file_actions=nothing, setsigdef=usual
    )
    watched = select.poll()
    ended = os.pidfd_open(child)
    watched.register(ended, select.POLLIN)
    watched.register(0, select.POLLIN | select.POLLHUP)
    while not (ready := {number for number, _ in watched.poll()}) & {ended}:
        if 0 in ready and not os.read(0, 1):
            os.kill(child, signal.SIGTERM)
            watched.unregister(0)
            watched.poll(_PATIENCE)
            break
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else _SIGNALLED - code


def _end_children() -> None:
    """End whoever is left, also in sessions of their own."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with suppress(ChildProcessError):
        while True:
            for child in children.read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
            os.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
