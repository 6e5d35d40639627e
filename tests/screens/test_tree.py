"""The tree: from tasks and a size to lines."""

import pytest

from werfish.screens.events import (
    Event,
    Line,
    Moment,
    Outcome,
    StepBegan,
    StepEnded,
    TaskEnded,
    TaskRuns,
    TasksBegan,
    TaskWaits,
)
from werfish.screens.tasks import Tasks, running, tasks_after
from werfish.screens.text import width
from werfish.screens.tree import tree_lines


def after(*events: Event) -> Tasks:
    tasks: Tasks = {}
    for event in events:
        tasks = tasks_after(tasks, event, 5.0)
    return tasks


BUSY = (
    TasksBegan(("app", "worker", "api", "web", "db")),
    StepBegan("app", "setup", "app: building setup", 5, 7),
    Line("app/setup | compiling a long list of files", "app", "compiling a long list of files"),
    TaskWaits("worker", "app"),
    TaskEnded("api", Outcome.DONE, "up to date (4 stages)"),
    TaskEnded("db", Outcome.FAILED, "not built"),
)


def test_each_task_is_a_line() -> None:
    assert tree_lines(after(*BUSY), Moment(70.0, columns=60), color=False) == (
        "app     setup, 5 of 7, 1 m 05 s | compiling a long list ...",
        "worker  waiting for app",
        "api     up to date (4 stages)",
        "web     looking up stages",
        "db      not built",
        "2 running, 1 waiting, 1 done, 1 failed of 5",
    )


def test_one_task_needs_no_counts() -> None:
    tasks = after(TasksBegan(("app",)), StepBegan("app", "from", "", 1, 2))
    assert tree_lines(tasks, Moment(5.0), color=False) == ("app  from, 1 of 2, 0 s",)


def test_of_many_tasks_those_that_run_are_shown() -> None:
    titles = tuple(f"image-{number:03}" for number in range(100))
    waits = (TaskWaits(title, "a place") for title in titles)
    tasks = after(TasksBegan(titles), *waits, TaskRuns("image-007"), TaskRuns("image-099"))
    assert tree_lines(tasks, Moment(5.0), color=False) == (
        "image-007  looking up stages",
        "image-099  looking up stages",
        "2 running, 98 waiting of 100",
    )


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 5, 24])
@pytest.mark.parametrize("columns", [1, 2, 7, 20, 80])
def test_lines_fit_into_any_terminal(columns: int, rows: int) -> None:
    for color in (False, True):
        lines = tree_lines(after(*BUSY), Moment(70.0, 0.0, columns, rows), color=color)
        assert len(lines) <= rows // 2
        assert all(width(line) < columns for line in lines)


def test_colours_are_closed_and_take_no_columns() -> None:
    plain = tree_lines(after(*BUSY), Moment(70.0), color=False)
    colored = tree_lines(after(*BUSY), Moment(70.0), color=True)
    assert [width(line) for line in plain] == [width(line) for line in colored]
    assert all(line.count("\x1b[") % 2 == 0 and "\x1b[" in line for line in colored)


def test_a_step_that_ended_leaves_its_task_running() -> None:
    tasks = after(*BUSY, StepEnded("app", "app: built setup"))
    assert running(tasks) == 2
    assert tasks["app"].output == ""
