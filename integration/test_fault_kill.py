"""Builds of a whole project, killed at any instant or several at once: nobody notices later."""

import random
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.leftovers import apart, left_behind
from integration.project import GitProject
from integration.whole_project import (
    BUILD,
    Outcome,
    forget_stages,
    kill,
    named,
    outcomes,
    start_alone,
    whole_project,
)

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

NAME = f"faults-{uuid.uuid4().hex[:8]}"
CALM = f"{NAME}-calm"


@dataclass(frozen=True)
class Known:
    """The program and the project; what an undisturbed build gave, and how long it took."""

    program: Program
    project: GitProject
    images: dict[str, Outcome]
    seconds: float


@pytest.fixture
def known(program: Program, tmp_path: Path) -> Iterator[Known]:
    """Build the project undisturbed, under another name and in another home."""
    project = whole_project(program.folder)
    calm = apart(program, tmp_path / "calm", **named(CALM))
    try:
        began = time.monotonic()
        images = outcomes(calm(*BUILD).stderr)
        seconds = time.monotonic() - began
        yield Known(apart(program, tmp_path / "faulty", **named(NAME)), project, images, seconds)
    finally:
        forget_stages(NAME, CALM)


def check_next_build(known: Known) -> None:
    """See that the next build ends well, gives the same, and leaves nothing behind."""
    built = known.program(*BUILD)
    assert outcomes(built.stderr) == known.images
    assert left_behind(known.program, NAME) == []


def test_killed_builds_are_finished_by_the_next(known: Known) -> None:
    for chance in rounds("kill"):
        forget_stages(NAME)
        for _ in range(chance.choice((1, 1, 2))):
            process = start_alone(known.program, *BUILD)
            try:
                process.wait(chance.uniform(0, known.seconds))
            except subprocess.TimeoutExpired:
                kill(process, whole_group=chance.random() < 0.3)
            process.communicate()
        check_next_build(known)


def test_builds_at_once_agree(known: Known, tmp_path: Path) -> None:
    """Of one home and of another, and some of them are killed."""
    other = replace(
        known.program,
        variables={**apart(known.program, tmp_path / "second").variables, **named(NAME)},
    )
    for chance in rounds("together", 2):
        forget_stages(NAME)
        homes = [chance.choice((known.program, known.program, other)) for _ in range(_many(chance))]
        processes = [start_alone(program, *BUILD) for program in homes]
        doomed = {*chance.sample(range(len(processes)), chance.choice((0, 1)))}
        for number in doomed:
            time.sleep(chance.uniform(0, known.seconds))
            kill(processes[number], whole_group=True)
        said = [process.communicate()[1] for process in processes]
        for number, process in enumerate(processes):
            assert number in doomed or process.returncode == 0, said[number]
        last = [outcomes(text) for at, text in enumerate(said) if at not in doomed]
        assert all(one == known.images for one in last[:1])
        other(*BUILD)  # what a killed build left is found by the next one of its home
        check_next_build(known)
        assert left_behind(other, NAME) == []


def _many(chance: random.Random) -> int:
    return chance.choice((2, 2, 3, 4, 8))
