"""Disks that are full: the home's, the temporary files', the daemon's.

The first build says so in one error; with room, the next one ends the work.
"""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.leftovers import apart, left_behind
from integration.own_daemon import own_daemon, small_disk
from integration.project import GitProject
from integration.whole_project import BUILD, forget_stages, named, outcomes, whole_project

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

NAME = f"full-{uuid.uuid4().hex[:8]}"
CALM = f"{NAME}-calm"
FULL = "no space left on device"


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project with files that take room; its stages are removed afterwards."""
    project = whole_project(program.folder)
    lines = "".join(f"{uuid.uuid4().hex}\n" for _ in range(50_000))
    project.commit({"src/big": lines})
    other = GitProject(program.folder.parent / "lib")
    other.commit({"big": lines[::-1]})
    yield project
    forget_stages(NAME, CALM)


def fill(disk: Path, room: int) -> Path:
    """Take all of *disk* but *room* bytes."""
    path = disk / "filling"
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 65536):
            pass
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(max(0, size - room))
    return path


def test_a_full_home(program: Program, project: GitProject, tmp_path: Path) -> None:
    """It is full from the beginning, or becomes so at any point of the build."""
    expected = outcomes(apart(program, tmp_path / "calm", **named(CALM))(*BUILD).stderr)
    with small_disk(tmp_path / "disk", 24) as disk:
        faulty = apart(program, disk, **named(NAME))
        for number, chance in enumerate(rounds("full-home", 1)):
            forget_stages(NAME)
            filling = fill(disk, 0 if number == 0 else chance.randrange(0, 6_000_000))
            failed = faulty(*BUILD, code=None)
            check_said(failed.code, failed.stderr)
            filling.unlink()
            assert outcomes(faulty(*BUILD).stderr) == expected
            assert left_behind(faulty, NAME) == []


def check_said(code: int, said: str) -> None:
    """See that a build which failed named the full disk once, or which command found it full."""
    assert "Traceback" not in said
    if code != 0:
        _, *errors = f"\n{said}".split("\nerror: ")
        assert len(errors) == 1, said
        error, _, hint = errors[0].partition("\nhint: ")
        assert FULL in error.lower(), said
        assert len(error.splitlines()) == 1 or "the last lines of its output" in error, said
        assert "room" in hint, said


def test_a_full_daemon(
    kit: Endpoints,
    program: Program,
    project: GitProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with own_daemon(kit, megabytes=96) as daemon:
        monkeypatch.setenv("DOCKER_HOST", daemon.host)
        here = replace(program, variables={**program.variables, "DOCKER_HOST": daemon.host})
        calm = apart(here, tmp_path / "calm", **named(CALM))
        expected = outcomes(calm(*BUILD).stderr)
        forget_stages(CALM)
        faulty = apart(here, tmp_path / "faulty", **named(NAME))
        for number, chance in enumerate(rounds("full-daemon", 1)):
            forget_stages(NAME)
            daemon.docker("system", "prune", "-f", "--volumes")
            filling = fill(daemon.data, 0 if number == 0 else chance.randrange(0, 20_000_000))
            failed = faulty(*BUILD, code=None)
            filling.unlink()
            check_said(failed.code, failed.stderr)
            assert outcomes(faulty(*BUILD).stderr) == expected
            assert left_behind(faulty, NAME) == []
