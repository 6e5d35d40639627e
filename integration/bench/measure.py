"""Take the times: rounds of the same four cases, the contenders taking turns in each."""

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from integration.bench import floor
from integration.bench.contenders import TAG, Contender, yardstick
from integration.bench.project import IMAGES, Project, make_project
from integration.published import remove_published

YARDSTICK = "docker run --rm busybox true"
CASES = (
    "cold",
    "nothing changed",
    "one changed file",
    "one changed dependency of setup",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured time, in seconds."""

    case: str
    contender: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Course:
    """What a run does: *files* a project, below *scratch* and *repository*."""

    contenders: Sequence[Contender]
    files: int
    scratch: Path
    repository: str
    say: Callable[[str], None]


def measure(course: Course, rounds: int) -> Generator[Sample, None, None]:
    """Yield the times of *rounds* rounds, each on a project of its own."""
    for number in range(1, rounds + 1):
        course.say(f"round {number} of {rounds}")
        yield from (Sample(YARDSTICK, "", _timed(yardstick)) for _ in range(3))
        yield from _round(course, number)


def _round(course: Course, number: int) -> Generator[Sample, None, None]:
    name = f"bench-{number}"
    project = make_project(course.scratch / f"project-{number}", name, course.files, number)
    try:
        for turn, case in enumerate(CASES):
            _prepare(case, project)
            for contender in course.contenders:
                contender.prepare(project)
            yield from _case(course, project, case, number + turn)
    finally:
        for contender in course.contenders:
            contender.forget(project)
            registry, _, path = _repository(course, project, contender).partition("/")
            for image in IMAGES:
                remove_published(registry, f"{path}/{image}", TAG)


def _prepare(case: str, project: Project) -> None:
    if case == "one changed file":
        project.commit("src/000/00007.txt", f"changed for {project.name}\n")
    elif case == "one changed dependency of setup":
        project.commit("setup.txt", f"changed for {project.name}\n")


def _case(course: Course, project: Project, case: str, turn: int) -> Generator[Sample, None, None]:
    """Measure *case* with every contender; *turn* says who begins."""
    first = turn % len(course.contenders)
    for contender in [*course.contenders[first:], *course.contenders[:first]]:
        repository = _repository(course, project, contender)
        seconds = _timed(lambda c=contender, r=repository: c.publish(project, r))  # type: ignore[misc]
        course.say(f"  {case}: {contender.title} {seconds:.2f} s")
        yield Sample(case, contender.title, seconds)
    if case in floor.STEPS:
        steps = floor.Floor(case, project.folder)
        try:
            seconds = _timed(steps.do)
        finally:
            steps.remove()
        yield Sample(case, floor.TITLE, seconds)


def _repository(course: Course, project: Project, contender: Contender) -> str:
    return f"{course.repository}/{project.name}/{contender.title.replace(', ', '-')}"


def _timed(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
