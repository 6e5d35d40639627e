"""How far each task is, from the events so far."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from stages.light_dataclass import dataclass
from werfish.screens.events import (
    Event,
    Line,
    Outcome,
    Sections,
    StepBegan,
    StepEnded,
    TaskEnded,
    TaskRuns,
    TasksBegan,
    TasksEnded,
    TaskWaits,
    Trees,
)


class TaskState(Enum):
    """What a task does."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is now.

    *what* is the step that runs, else what it waits for, else how it ended. *since* is when the
    step began, *output* the last line of it.
    """

    title: str
    state: TaskState = TaskState.RUNNING
    what: str = ""
    number: int = 0
    count: int = 0
    since: float = 0.0
    output: str = ""


Tasks = Mapping[str, Task]
"""The tasks by title, in their order; empty where there are none."""

_STATES = {
    Outcome.DONE: TaskState.DONE,
    Outcome.FAILED: TaskState.FAILED,
    Outcome.STOPPED: TaskState.STOPPED,
}


def tasks_after(tasks: Tasks, event: Event, seconds: float) -> Tasks:
    """Return the tasks after *event*, which happens at *seconds*."""
    if isinstance(event, TasksBegan):
        return {title: Task(title) for title in event.titles}
    if isinstance(event, TasksEnded):
        return {}
    if isinstance(event, Sections | Trees) or event.task not in tasks:
        return tasks
    return {**tasks, event.task: _task_after(tasks[event.task], event, seconds)}


def running(tasks: Tasks) -> int:
    """Return how many of *tasks* do something."""
    return sum(task.state is TaskState.RUNNING for task in tasks.values())


def _task_after(task: Task, event: Event, seconds: float) -> Task:
    match event:
        case TaskWaits(what=what):
            return replace(task, state=TaskState.WAITING, what=what, output="")
        case StepBegan(step=step, number=number, count=count):
            began = replace(task, state=TaskState.RUNNING, what=step, number=number, count=count)
            return replace(began, since=seconds, output="")
        case TaskRuns() | StepEnded():
            return replace(task, state=TaskState.RUNNING, what="", output="")
        case TaskEnded(outcome=outcome, text=text):
            return replace(task, state=_STATES[outcome], what=text, output="")
        case Line(output=output) if output:
            return replace(task, output=output)
        case _:
            return task
