"""What is known of running processes: identity by pid and start time, and our mark.

A pid alone lies: it is used again after a reboot, and an ended process stays a
zombie until its parent looks. The mark, a variable in the environment of every
daemon that the kit starts and so of what these start, finds even those whose
pid file a killed ``up`` did not write any more.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK = "WERFISH_KIT_DAEMON"


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for as long as the machine runs: its pid and when it started."""

    pid: int
    start: int

    def __str__(self) -> str:
        return f"{self.pid} {self.start}"


def parse_stat(text: str) -> tuple[str, int]:
    """Return the state letter and the start time in a ``/proc/PID/stat``."""
    # The second field, the name in parentheses, may hold blanks and parentheses itself.
    fields = text[text.rindex(")") + 1 :].split()
    return fields[0], int(fields[19])


def identity_of(pid: int) -> Identity | None:
    """Return the identity of the live process *pid*, None when there is none or a zombie."""
    try:
        state, start = parse_stat(Path(f"/proc/{pid}/stat").read_text())
    except (OSError, ValueError):
        return None
    return None if state in "ZX" and not _has_threads(pid) else Identity(pid, start)


def _has_threads(pid: int) -> bool:
    """Tell whether a zombie still has threads that end: until then its ports stay taken."""
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except OSError:
        return False


def parse_identity(text: str) -> Identity | None:
    """Return the identity in the text of a pid file, None when it is damaged."""
    words = text.split()
    if len(words) != 2 or not all(word.isdecimal() for word in words):
        return None
    return Identity(int(words[0]), int(words[1]))


def is_running(identity: Identity) -> bool:
    """Tell whether that very process still runs."""
    return identity_of(identity.pid) == identity


def marked(prefix: str) -> list[tuple[Identity, str]]:
    """Return the processes whose mark begins with *prefix*, each with its mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:  # gone, or of another user
            continue
        mark = _mark_in(environment)
        identity = identity_of(int(folder.name))
        if mark.startswith(prefix) and identity is not None and identity.pid != os.getpid():
            found.append((identity, mark))
    return found


def _mark_in(environment: bytes) -> str:
    start = f"{MARK}=".encode()
    for entry in environment.split(b"\0"):
        if entry.startswith(start):
            return entry[len(start) :].decode(errors="replace")
    return "-"


def end(identities: Iterable[Identity], *, seconds: float) -> None:
    """Ask processes to end, wait *seconds* for them, then kill what is left."""
    left = [identity for identity in identities if is_running(identity)]
    _signal(left, signal.SIGTERM)
    left = _wait_gone(left, seconds)
    _signal(left, signal.SIGKILL)
    _wait_gone(left, 5)


def _signal(identities: Iterable[Identity], number: signal.Signals) -> None:
    for identity in identities:
        if is_running(identity):
            with suppress(ProcessLookupError):
                os.kill(identity.pid, number)


def _wait_gone(identities: list[Identity], seconds: float) -> list[Identity]:
    deadline = time.monotonic() + seconds
    left = [identity for identity in identities if is_running(identity)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [identity for identity in left if is_running(identity)]
    return left
