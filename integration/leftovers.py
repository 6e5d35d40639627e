"""What builds of one home left anywhere on this machine, after all of them have ended."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from integration.conftest import Program
from integration.test_build import docker
from werfish.containers.atomic_file import sweep_unfinished
from werfish.containers.docker_sweep import HOME_LABEL

_PATIENCE = 20
"""Seconds for programs to notice that who started them is gone."""


def apart(program: Program, folder: Path, **variables: str) -> Program:
    """Return *program* with its home and temporary files in *folder*, where they are seen."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    places = {"WERF_HOME": str(folder / "home"), "TMPDIR": str(temporary)}
    return replace(program, variables={**program.variables, **places, **variables})


def home_of(program: Program) -> Path:
    """Return the home folder of *program*."""
    return Path(program.variables["WERF_HOME"]) / "werfish"


def left_behind(program: Program, project: str) -> list[str]:
    """Return what is left of builds of *project* by *program*, which the last one did not remove.

    Unfinished files of the home are removed first, as cleaning the host does.
    """
    sweep_unfinished(home_of(program), before=sys.float_info.max)
    return [
        *in_docker(program, project),
        *(f"process {line}" for line in _running(program)),
        *(f"temporary {path}" for path in Path(program.variables["TMPDIR"]).iterdir()),
        *(f"unfinished {path}" for path in _unfinished(home_of(program))),
    ]


def in_docker(program: Program, project: str) -> list[str]:
    """Return what builds of *program* left in the daemon, other than stages."""
    home = (home_of(program) / "id").read_text()
    ours = ("--filter", f"label={HOME_LABEL}={home}")
    nameless = ("--filter", "dangling=true", "--filter", f"label=io.werfish.project={project}")
    listed = {
        "container": ("ps", "-aq", *ours),
        "volume": ("volume", "ls", "-q", *ours),
        "marked image": ("images", "-aq", *ours),
        "temporary tag": ("images", "-q", f"werfish-tmp/{home}"),
        "nameless image": ("images", "-q", *nameless),
    }
    return [f"{kind} {one}" for kind, line in listed.items() for one in docker(*line).split()]


def _unfinished(home: Path) -> Iterator[Path]:
    yield from (home / "notes").glob("*")
    yield from (path for path in home.rglob("*") if ".new-" in path.name)
    git = home / "git"
    for pattern in ("*.lock", "tmp_*", ".tmp-*"):
        yield from git.rglob(pattern)


def _running(program: Program) -> list[str]:
    """Return the processes of *program*, when they have had the time to end."""
    deadline = time.monotonic() + _PATIENCE
    while (found := _processes(program)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _processes(program: Program) -> list[str]:
    mark = f"WERF_HOME={program.variables['WERF_HOME']}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and folder.name != str(os.getpid()):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found.append(f"{folder.name} {line.decode(errors='replace')}")
            except OSError:  # it has ended
                continue
    return found
