"""What a build shows: a tree on a terminal, blocks elsewhere; also when it is interrupted."""

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.on_terminal import OnTerminal
from integration.project import GitProject
from integration.test_build import BUILD, docker, leftovers
from werfish.containers.docker_sweep import HOME_LABEL

NAME = f"output-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
image: app
from: busybox:1.35
shell:
  install: ["echo first"]
  setup: ["echo app has begun; sleep 600"]
---
image: web
from: busybox:1.35
shell:
  setup: ["echo web has begun; sleep 600"]
"""


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit({"werf.yaml": CONFIG})
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_a_tree_until_the_build_is_interrupted(
    program: Program, project: GitProject, no_color: str
) -> None:
    terminal = OnTerminal(program, *BUILD, variables={"NO_COLOR": no_color})
    terminal.until(r"^app  setup, 3 of 3, \d+ s \| app has begun\nweb  .*\n2 running of 2$")
    terminal.until(r"^app/setup \| app has begun\n")
    terminal.resize(30, 30)
    terminal.until(r"^app  setup, 3 of 3, \d+ s \| \S*$")
    os.write(terminal.master, b"\x03")
    code, shown = terminal.end()
    assert code == 130
    assert shown[-1] == "interrupted"
    assert not any("running of 2" in line for line in shown)
    assert terminal.shown.is_cursor_shown
    assert terminal.shown.is_wrapping
    assert bool(re.search(r"\x1b\[[0-9;]*m", terminal.raw)) is not bool(no_color)
    assert leftovers(program, NAME) == []
    left = program(*BUILD, "--dry-run").stdout.splitlines()
    assert [line.split(":")[:2] for line in left] == [["app", " setup"], ["web", " setup"]]


def test_what_is_held_back_is_written_when_the_build_is_terminated(
    program: Program, project: GitProject
) -> None:
    process = program.start(*BUILD)
    _wait_until_both_have_begun(Path(program.variables["WERF_HOME"]))
    process.terminate()
    _, said = process.communicate()
    assert process.returncode == 143
    lines = said.splitlines()
    for image in ("app", "web"):
        begun = lines.index(f"{image}/setup | {image} has begun")
        assert lines[begun - 1].startswith(f"{image}: building setup")
        assert lines[begun + 1].startswith(f"{image}: setup was not built")
    assert leftovers(program, NAME) == []


def test_an_error_is_said_once(program: Program, project: GitProject) -> None:
    failing = re.sub(r"sleep 600", "exit 7", CONFIG)
    project.commit({"werf.yaml": failing})
    said = program(*BUILD, code=5).stderr
    errors = [line for line in said.splitlines() if "ended with exit code 7" in line]
    assert len(set(errors)) == len(errors)
    assert errors[0].startswith("error: ")
    assert said.count("werf.yaml:") == len(errors)


def _wait_until_both_have_begun(home: Path) -> None:
    deadline = time.monotonic() + 60
    identity = home / "werfish" / "id"
    while time.monotonic() < deadline:
        if identity.exists():
            label = f"label={HOME_LABEL}={identity.read_text()}"
            running = docker("ps", "-q", "--filter", label).split()
            if sum("sleep 600" in _processes(one) for one in running) == 2:
                return
    raise AssertionError("the images do not build")


def _processes(container: str) -> str:
    """Return what runs in *container*, nothing where it is not there any more; it keeps no log."""
    done = subprocess.run(["docker", "top", container], capture_output=True, text=True, check=False)
    return done.stdout
