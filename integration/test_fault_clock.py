"""A clock that goes backwards between builds, or jumps: images and their order stay right."""

import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.kit.apt import Need, find, install
from integration.kit.folders import folders_of
from integration.leftovers import apart, home_of, left_behind
from integration.project import GitProject
from integration.test_build import docker
from integration.whole_project import (
    BUILD,
    forget_stages,
    named,
    outcomes,
    references,
    whole_project,
)

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

NAME = f"clock-{uuid.uuid4().hex[:8]}"
CALM, MADE = f"{NAME}-calm", f"{NAME}-made"
DAY = 86_400
MAKE = f"""
configVersion: 1
project: {MADE}
---
image: app
from: debian:bookworm-slim
git:
- {{add: /src, to: /src, stageDependencies: {{setup: "*"}}}}
mount:
- {{from: build_dir, to: /built}}
- {{fromPath: /usr/bin/make, to: /usr/bin/make}}
shell:
  setup: make -C /src && cp /built/out /out
"""
RULES = "/built/out: /built/a\n\tcat $^ > $@\n/built/a: a\n\tcat $< > $@\n"


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    forget_stages(NAME, CALM, MADE)


def at_time(program: Program, seconds: int) -> Program:
    """Return *program* for which it is as many *seconds* later (earlier, where less than 0)."""
    install(folders_of(), (Need("faketime", "faketime"),))
    assert find("faketime") is not None
    shown = subprocess.run(
        ["faketime", "-m", "-f", "+0", "sh", "-c", "echo $LD_PRELOAD"],
        capture_output=True,
        text=True,
        check=True,
    )
    told = {"LD_PRELOAD": shown.stdout.strip(), "FAKETIME": f"{seconds:+d}"}
    monotonic = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}
    return replace(program, variables={**program.variables, **told, **monotonic})


def test_builds_at_any_time_agree(program: Program, tmp_path: Path) -> None:
    """The clock jumps before each build, and the same and later commits give what they must."""
    project = whole_project(program.folder)
    calm = apart(program, tmp_path / "calm", **named(CALM))
    faulty = apart(program, tmp_path / "faulty", **named(NAME))
    for number, chance in enumerate(rounds("clock", 1)):
        project.commit({"text": f"{number}\n"})
        at_time(faulty, chance.randrange(-400 * DAY, 400 * DAY))(*BUILD)
        assert outcomes(faulty(*BUILD).stderr) == outcomes(calm(*BUILD).stderr)
        assert left_behind(faulty, NAME) == []


def test_make_builds_what_changed_after_the_clock_was_set_back(
    program: Program, tmp_path: Path
) -> None:
    """What it built before, and what we noted of that, is of tomorrow now."""
    project = GitProject(program.folder)
    faulty = apart(program, tmp_path / "faulty")
    project.commit({"werf.yaml": MAKE, "src/Makefile": RULES, "src/a": "one\n"})
    faulty(*BUILD)
    home = home_of(faulty)
    for folder in (home / "mounts", home / "mount-runs"):
        for path in folder.rglob("*"):
            os.utime(path, (time.time(), path.stat().st_mtime + DAY))
    project.commit({"src/a": "two\n"})
    [(_, reference)] = references(faulty(*BUILD).stderr, ("app",))
    assert docker("run", "--rm", reference, "cat", "/out") == "two"
    assert left_behind(faulty, MADE) == []
