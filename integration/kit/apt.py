"""Install what is missing, and only that, with one call of Debian's apt-get.

Law: no package starts its daemon; the kit runs its own, elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integration.kit.command import run_long, succeeds
from integration.kit.daemon import SYSTEM_PATH
from integration.kit.errors import KitError
from integration.kit.folders import Folders
from integration.kit.locking import locked
from integration.kit.progress import say

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = (
    "#!/bin/sh\n# werfish-kit: packages being installed shall not start daemons\nexit 101\n"
)


@dataclass(frozen=True, slots=True)
class Need:
    """A program, by name or absolute path, and the Debian package that brings it."""

    program: str
    package: str


def find(program: str) -> str | None:
    """Return the path of *program*, looking also where root's programs are."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")


def missing_packages(needs: Iterable[Need]) -> list[str]:
    """Return the packages of those *needs* whose program is not there, sorted."""
    return sorted({need.package for need in needs if find(need.program) is None})


def install(folders: Folders, needs: Iterable[Need]) -> None:
    """Install the packages that *needs* lack; where that cannot be done, say how to."""
    needs = tuple(needs)
    missing = missing_packages(needs)
    if not missing:
        return
    words = " ".join(missing)
    if os.geteuid() != 0 or find("apt-get") is None:
        absent = ", ".join(sorted({need.program for need in needs if find(need.program) is None}))
        raise KitError(
            "find the programs that the kit runs",
            f"not installed: {absent}",
            hint=f"on Debian: sudo apt-get install --no-install-recommends {words}",
        )
    with locked(folders.cache / "apt.lock", "apt"):
        missing = missing_packages(needs)
        if missing:
            _install(folders, missing)


def _install(folders: Folders, packages: list[str]) -> None:
    say("apt", f"installing {' '.join(packages)}")
    with _daemons_held_back():
        # What the lists on this machine name may be gone from the mirror: then they are renewed.
        if not succeeds([*_apt_get("install"), *packages], timeout=900):
            say("apt", "updating the package lists")
            run_long(
                _apt_get("update"),
                part="apt",
                doing="apt-get update",
                log=folders.cache / "log" / "apt-update.log",
                hint="the mirrors in /etc/apt must be reachable",
            )
            run_long(
                [*_apt_get("install"), *packages],
                part="apt",
                doing=f"apt-get install {' '.join(packages)}",
                log=folders.cache / "log" / "apt-install.log",
            )


def _apt_get(verb: str) -> list[str]:
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    flags = ["--no-install-recommends"] if verb == "install" else []
    return [*quiet, "-o", "DPkg::Lock::Timeout=300", verb, *flags]


@contextmanager
def _daemons_held_back() -> Iterator[None]:
    """Let no package start its daemon meanwhile; a policy of somebody else stays as it is."""
    if POLICY.exists() and not is_our_policy():
        yield
        return
    POLICY.write_text(POLICY_TEXT)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def is_our_policy() -> bool:
    """Tell whether a killed installation left our policy-rc.d behind."""
    try:
        return POLICY.read_text() == POLICY_TEXT
    except OSError:
        return False
