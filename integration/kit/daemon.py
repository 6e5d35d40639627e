"""Start and stop daemons which outlive the kit, each known by a pid file."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from integration.kit.errors import KitError
from integration.kit.folders import Folders
from integration.kit.processes import (
    MARK,
    Identity,
    end,
    identity_of,
    is_running,
    marked,
    parse_identity,
)

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def is_alive(folders: Folders, name: str) -> bool:
    """Tell whether the daemon *name* runs, and is the very process we started."""
    identity = _recorded(folders, name)
    return identity is not None and is_running(identity)


def was_started(folders: Folders, name: str) -> bool:
    """Tell whether the daemon *name* was started, and not stopped by us since."""
    return _pid_file(folders, name).exists()


def start(
    folders: Folders, name: str, argv: Sequence[str], *, doing: str, temporary: Path | None = None
) -> bool:
    """Start the daemon *name* unless it runs; tell whether it had to be started.

    Its temporary files are in the folder *temporary*, if one is given.
    """
    if is_alive(folders, name):
        return False
    end_strays(folders, name, Path(argv[0]).name)
    folders.log.mkdir(parents=True, exist_ok=True)
    folders.run.mkdir(parents=True, exist_ok=True)
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"
    own = {"PATH": path, MARK: f"{folders.state}/{name}"}
    if temporary is not None:
        temporary.mkdir(parents=True, exist_ok=True)
        own["TMPDIR"] = str(temporary)
    log = log_of(folders, name)
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                argv,
                env={**os.environ, **own},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise KitError(doing, f'"{argv[0]}" is not installed') from error
    identity = identity_of(process.pid)
    if identity is None:
        raise KitError(doing, f"{name} ended at once", log=log)
    _pid_file(folders, name).write_text(f"{identity}\n")
    process.returncode = 0  # it is to outlive us: Popen shall not warn that it still runs
    return True


def stop(folders: Folders, name: str, *, seconds: float = 5) -> bool:
    """End the daemon *name*, killing it after *seconds*; tell whether it ran."""
    identity = _recorded(folders, name)
    ran = identity is not None and is_running(identity)
    if identity is not None and ran:
        end([identity], seconds=seconds)
    _pid_file(folders, name).unlink(missing_ok=True)
    return ran


def wait_for(
    folders: Folders,
    condition: Callable[[], bool],
    *,
    seconds: float,
    doing: str,
    daemons: Sequence[str],
) -> None:
    """Wait until *condition* holds; fail at once when one of *daemons* ends."""
    deadline = time.monotonic() + seconds
    while not condition():
        for name in daemons:
            if not is_alive(folders, name):
                raise KitError(doing, f"{name} ended", log=log_of(folders, name))
        if time.monotonic() > deadline:
            log = log_of(folders, daemons[-1]) if daemons else None
            raise KitError(doing, f"not ready after {seconds:.0f} s", log=log)
        time.sleep(0.05)


def any_alive(folders: Folders) -> bool:
    """Tell whether any daemon of this state runs."""
    return any(is_alive(folders, path.stem) for path in folders.run.glob("*.pid"))


def elsewhere(folders: Folders, name: str) -> str | None:
    """Return the state folder of another kit on this machine that runs the daemon *name*."""
    own = f"{folders.state}/{name}"
    for _, mark in marked("/"):
        if mark.endswith(f"/{name}") and mark != own:
            return mark.removesuffix(f"/{name}")
    return None


def refuse_second(folders: Folders, name: str, *, doing: str) -> None:
    """Fail when another kit runs *name*: two would change the same devices and rules."""
    other = elsewhere(folders, name)
    if other is not None:
        hint = f"WERFISH_KIT_STATE={other} python -m integration.kit env tells how to use it"
        raise KitError(doing, f"the kit in {other} runs one, and there can be one only", hint=hint)


def log_of(folders: Folders, name: str) -> Path:
    """Return where the daemon *name* writes what it says."""
    return folders.log / f"{name}.log"


def end_strays(folders: Folders, name: str, *programs: str) -> None:
    """End what runs one of *programs* for the daemon *name*, whose pid file does not tell.

    That is what an ``up`` started which was killed before it wrote the pid file.
    """
    mark = f"{folders.state}/{name}"
    strays = (identity for identity, found in marked(mark) if found == mark)
    end((one for one in strays if _runs(one.pid, programs)), seconds=2)


def _pid_file(folders: Folders, name: str) -> Path:
    return folders.run / f"{name}.pid"


def _recorded(folders: Folders, name: str) -> Identity | None:
    try:
        return parse_identity(_pid_file(folders, name).read_text())
    except OSError:
        return None


def _runs(pid: int, programs: tuple[str, ...]) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name in programs
    except OSError:
        return False
