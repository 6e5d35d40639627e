"""The tasks as lines of a terminal: one a task, and one of counts where there are several."""

from collections import Counter

from werfish.screens.events import Moment
from werfish.screens.tasks import Task, Tasks, TaskState
from werfish.screens.text import Piece, cut, line_of_pieces, width

_STYLES = {
    TaskState.RUNNING: "",
    TaskState.WAITING: "dim",
    TaskState.DONE: "green",
    TaskState.FAILED: "red",
    TaskState.STOPPED: "yellow",
}


def tree_lines(tasks: Tasks, moment: Moment, *, color: bool) -> tuple[str, ...]:
    """Return the lines for *tasks*, none as wide as the terminal, at most half of its rows.

    Where not all tasks have room, those that run are shown, and the line of counts.
    """
    room, columns = moment.rows // 2, moment.columns - 1
    counts = [_counts(tasks)] if len(tasks) > 1 else []
    shown = list(tasks.values())
    if len(shown) + len(counts) > room:
        is_running = TaskState.RUNNING
        shown = [task for task in shown if task.state is is_running][: max(room - 1, 0)]
    titles = min(max((width(task.title) for task in shown), default=0), max(columns // 3, 1))
    lines = [*(_pieces(task, titles, moment.seconds) for task in shown), *counts]
    return tuple(line_of_pieces(pieces, columns, color=color) for pieces in lines[:room])


def _pieces(task: Task, titles: int, seconds: float) -> list[Piece]:
    title = cut(task.title, titles)
    padding = " " * (titles - width(title) + 2)
    pieces = [(title, "bold"), (padding, ""), (_status(task, seconds), _STYLES[task.state])]
    return [*pieces, (" | ", "blue"), (task.output, "dim")] if task.output else pieces


def _status(task: Task, seconds: float) -> str:
    if task.state is TaskState.WAITING:
        return f"waiting for {task.what}"
    if task.state is not TaskState.RUNNING:
        return task.what
    if not task.what:
        return "looking up stages"
    return f"{task.what}, {task.number} of {task.count}, {duration(seconds - task.since)}"


def duration(seconds: float) -> str:
    """Return *seconds* for people.

    >>> duration(9.7), duration(125)
    ('9 s', '2 m 05 s')
    """
    minutes, rest = divmod(int(max(seconds, 0)), 60)
    return f"{minutes} m {rest:02} s" if minutes else f"{rest} s"


def _counts(tasks: Tasks) -> list[Piece]:
    counted = Counter(task.state for task in tasks.values())
    said = [f"{counted[state]} {state.value}" for state in TaskState if counted[state]]
    return [(f"{', '.join(said)} of {len(tasks)}", "dim")]
