"""Lines of tasks that run at the same time, as one block a step; for files and CI.

A block is written when its step ends. While one task runs alone its lines are written as they
come, under the title; once another begins a step, the rest comes later under the same title.
Warnings are never held back, nor is anything when the tasks end. Sections are blocks of lines that
are written as they come; one inside of another is none.
"""

from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.screens.events import (
    Event,
    Line,
    Moment,
    SectionBegan,
    SectionEnded,
    StepBegan,
    StepEnded,
    TasksEnded,
)
from werfish.screens.folding import NO_FOLDING, Block, Folding, block_name
from werfish.screens.plain import line_of
from werfish.screens.tasks import Tasks, running, tasks_after
from werfish.screens.text import uncolored

PATIENCE = 30.0
"""Seconds after which a step whose lines are held back is said to be running still."""


@dataclass(slots=True)
class _Step:
    """A step that runs since *at*; *held* is when its lines began to be held back.

    *open* is its block while its lines are written as they come.
    """

    began: StepBegan
    at: Moment
    held: Moment
    name: str
    lines: list[str] = field(default_factory=list)
    open: Block | None = None
    is_begun: bool = False
    is_long: bool = False

    @property
    def title(self) -> str:
        return f"{self.began.title} (continued)" if self.is_begun else self.began.title


class GroupedScreen:
    """Writes blocks with the marks of *folding*. Satisfies `Screen`."""

    period = 1.0
    is_live = False

    def __init__(self, folding: Folding = NO_FOLDING) -> None:
        """Begin without tasks."""
        self._folding = folding
        self._tasks: Tasks = {}
        self._steps: dict[str, _Step] = {}
        self._count = 0
        self._sections: list[Block] = []

    def show(self, event: Event, moment: Moment) -> str:
        """Return what to write for *event*."""
        self._tasks = tasks_after(self._tasks, event, moment.seconds)
        match event:
            case StepBegan(task=task) if task in self._tasks:
                return self._began(event, moment)
            case StepEnded(task=task) if task in self._steps:
                return self._ended(self._steps.pop(task), event, moment)
            case Line(task=task) if task in self._steps and not event.is_warning:
                return self._said(self._steps[task], event.text)
            case TasksEnded():
                left, self._steps = self._steps.values(), {}
                return "".join(self._block(step, moment, is_open=True) for step in left)
            case SectionBegan() | SectionEnded():
                return self._section(event, moment)
            case _:
                line = line_of(event)
                return "" if line is None else f"{line}\n"

    def tick(self, moment: Moment) -> str:
        """Return what to write because time has passed."""
        held = [step for step in self._steps.values() if step.open is None]
        if len(self._steps) == 1 and running(self._tasks) <= 1:
            return "".join(self._opened(step, moment) for step in held)
        late = [
            step
            for step in held
            if not step.is_long and moment.seconds - step.held.seconds >= PATIENCE
        ]
        for step in late:
            step.is_long = True
        return "".join(
            f"{step.began.task}: {step.began.step} is still running"
            f" after {moment.seconds - step.at.seconds:.0f} s\n"
            for step in late
        )

    def _section(self, event: SectionBegan | SectionEnded, moment: Moment) -> str:
        if isinstance(event, SectionEnded):
            block = self._sections.pop()
            after = "" if self._sections else self._folding.after(block, moment.time)
            return f"{after}{event.text}\n" if event.text else after
        self._count += 1
        name = block_name("", uncolored(event.text), self._count)
        block = Block(name, event.text, is_open=self._folding.has_open)
        self._sections.append(block)
        is_inner = len(self._sections) > 1
        return f"{event.text}\n" if is_inner else self._folding.before(block, moment.time)

    def _began(self, event: StepBegan, moment: Moment) -> str:
        closed = "".join(self._closed(step, moment) for step in self._steps.values())
        self._count += 1
        name = block_name(event.task, event.step, self._count)
        step = self._steps[event.task] = _Step(event, moment, moment, name)
        is_alone = len(self._steps) == 1 and running(self._tasks) <= 1
        return closed + (self._opened(step, moment) if is_alone else "")

    def _said(self, step: _Step, text: str) -> str:
        if step.open is not None:
            return f"{text}\n"
        step.lines.append(text)
        return ""

    def _ended(self, step: _Step, event: StepEnded, moment: Moment) -> str:
        if step.open is not None:
            return f"{self._closed(step, moment)}{event.text}\n"
        return f"{self._block(step, moment, is_open=event.is_failed)}{event.text}\n"

    def _opened(self, step: _Step, moment: Moment) -> str:
        """Return the beginning of the step's block, and let what follows be written at once."""
        step.open = Block(step.name, step.title, is_open=True)
        lines, step.lines = step.lines, []
        return self._folding.before(step.open, step.held.time) + _joined(lines)

    def _closed(self, step: _Step, moment: Moment) -> str:
        """Return the end of the step's block where it is open; what follows is held back."""
        block, step.open = step.open, None
        if block is None:
            return ""
        self._count += 1
        step.name, step.is_begun = block_name(step.began.task, step.began.step, self._count), True
        step.held = moment
        return self._folding.after(block, moment.time)

    def _block(self, step: _Step, moment: Moment, *, is_open: bool) -> str:
        """Return the step's block as a whole; of one that was begun, the rest."""
        if step.open is not None:
            return self._closed(step, moment)
        if step.is_begun and not step.lines:
            return ""
        if not step.lines:
            return f"{step.title}\n"
        block = Block(step.name, step.title, is_open)
        before = self._folding.before(block, step.held.time)
        return before + _joined(step.lines) + self._folding.after(block, moment.time)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
