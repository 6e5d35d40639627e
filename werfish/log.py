"""Progress for people, on stderr: lines, warnings, the output of programs, how far tasks are.

stdout belongs to data; everything here goes to the one stream it was given, and how it looks there
is a screen's. Secrets that were made known by `Log.mask` never leave this module, nor do control
characters that programs print.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TextIO

from werfish.screens import text as texts
from werfish.screens.events import (
    BranchChanged,
    Event,
    Line,
    Moment,
    Outcome,
    Paused,
    Row,
    Rows,
    SectionBegan,
    SectionEnded,
    StepBegan,
    StepEnded,
    Summed,
    TaskEnded,
    TaskRuns,
    TasksBegan,
    TasksEnded,
    TaskWaits,
    TreeBegan,
    TreeEnded,
)
from werfish.screens.plain import PlainScreen
from werfish.screens.printer import Printer, Screen

MASK = "***"


class Log:
    """A thread-safe writer of progress.

    *clock* returns seconds (monotonic); sections print how long they took. With *quiet* only
    warnings are written, with *verbose* also details. What a *screen* other than the plain one
    needs to know is what *now* returns.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        clock: Callable[[], float],
        color: bool = False,
        verbose: bool = False,
        quiet: bool = False,
        screen: Screen | None = None,
        now: Callable[[], Moment] | None = None,
    ) -> None:
        """Write to *stream*; see the class for the rest."""
        self.clock = clock
        self.color = color
        self.verbose = verbose
        self.quiet = quiet
        self._printer = Printer(stream, screen or PlainScreen(), now or (lambda: Moment(clock())))
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._current = threading.local()

    def mask(self, secret: str) -> None:
        """Replace *secret* by ``***`` in everything written from now on."""
        if secret:
            with self._lock:
                self._secrets |= {secret}

    def masked(self, text: str) -> str:
        """Return *text* with every known secret replaced."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def styled(self, text: str, style: str) -> str:
        """Return *text* in *style* (``bold``, ``dim``, a colour) where colours are on."""
        return texts.styled(text, style) if self.color else text

    def info(self, text: str) -> None:
        """Write a line of ordinary progress."""
        self._put(Line(self._shown(text), self._task))

    def passing(self, text: str) -> None:
        """Write a line of what is of no interest any more when the next one comes."""
        shown = self._shown(text)
        self._put(Line(shown, self._task, output=texts.uncolored(shown), is_passing=True))

    def detail(self, text: str) -> None:
        """Write a line that only ``--log-verbose`` shows."""
        if self.verbose:
            self.info(self.styled(text, "dim"))

    def warning(self, text: str) -> None:
        """Write a warning; it is shown even with ``--log-quiet``."""
        shown = self._shown(self.styled("warning: ", "yellow") + text)
        self._put(Line(shown, self._task, is_warning=True))

    def program(self, origin: str, line: str, *, style: str = "blue") -> None:
        """Write a *line* that a program printed, with its *origin* (image/stage, pod) before it."""
        shown = self._shown(line)
        text = f"{self.styled(self._shown(origin) + ' |', style)} {shown}"
        self._put(Line(text, self._task, output=texts.uncolored(shown)))

    @contextmanager
    def section(self, title: str, done: str) -> Iterator[None]:
        """Write *title*, and at the end *done* with how long what happened inside took."""
        started, ended = self.clock(), ""
        self._put(SectionBegan(self._shown(self.styled(title, "bold"))))
        try:
            yield
            ended = self.styled(f"{done} in {self.clock() - started:.2f} s", "dim")
        finally:
            self._put(SectionEnded(self._shown(ended)))

    @property
    def is_live(self) -> bool:
        """Whether trees are drawn; where not, nobody needs to make their rows."""
        return self._printer.is_live and not self.quiet

    @contextmanager
    def tree(self, title: str) -> Iterator[None]:
        """Show a tree of what `branch` tells until the block ends, where trees are drawn."""
        if not self.is_live:
            yield
            return
        self._put(TreeBegan(self._shown(title)))
        try:
            with self._printer.ticking():
                yield
        finally:
            self._put(TreeEnded())

    def branch(self, key: str, rows: Rows) -> None:
        """Show *rows* for the thing *key* in the tree, instead of those that it had."""
        self._put(BranchChanged(key, tuple(map(self._shown_row, rows))))

    def summed(self, title: str, rows: Rows) -> None:
        """Write how everything ended: *title*, and the *rows* that there is room for."""
        self._put(Summed(self._shown(title), tuple(map(self._shown_row, rows))))

    @contextmanager
    def tasks(self, titles: Sequence[str]) -> Iterator[None]:
        """Show the tasks *titles* until the block ends; nothing is held back after it."""
        self._put(TasksBegan(tuple(map(self._shown, titles))))
        try:
            with self._printer.ticking():
                yield
        finally:
            self._put(TasksEnded())

    @contextmanager
    def task(self, title: str) -> Iterator[None]:
        """Take everything that this thread writes in the block for a part of the task *title*."""
        before, self._current.title = self._task, self._shown(title)
        try:
            yield
        finally:
            self._current.title = before

    def finished(self, outcome: Outcome, text: str) -> None:
        """Tell that this thread's task has ended; *text* says in a few words how."""
        self._put(TaskEnded(self._task, outcome, self._shown(text)))

    @contextmanager
    def paused(self, text: str) -> Iterator[None]:
        """Write *text*, and let everybody else who writes wait for the end of the block.

        Meanwhile the terminal belongs to another program.
        """
        with self._printer.paused(Paused(self._task, self._shown(text))):
            yield

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Tell that this thread's task waits for *what* as long as the block lasts."""
        self._put(TaskWaits(self._task, self._shown(what)))
        try:
            yield
        finally:
            self._put(TaskRuns(self._task))

    @contextmanager
    def step(self, name: str, title: str, *, number: int = 1, count: int = 1) -> Iterator[None]:
        """Write *title*, and at the end how long step *name*, *number* of *count*, took."""
        task, started = self._task, self.clock()
        began = self._shown(self.styled(title, "bold"))
        self._put(StepBegan(task, self._shown(name), began, number, count))
        text = self.styled(f"{task}: {name} was not built, after", "red")
        is_failed = True
        try:
            yield
            text, is_failed = self.styled(f"{task}: built {name} in", "dim"), False
        finally:
            text = self._shown(f"{text} {self.clock() - started:.2f} s")
            self._put(StepEnded(task, text, is_failed=is_failed))

    @property
    def _task(self) -> str:
        return getattr(self._current, "title", "")

    def _shown(self, text: str) -> str:
        return self.masked(texts.printable(self.masked(text), color=self.color))

    def _shown_row(self, row: Row) -> Row:
        name, said = self._shown(row.name), self._shown(row.said)
        return replace(row, name=name, said=said, reason=texts.uncolored(self._shown(row.reason)))

    def _put(self, event: Event) -> None:
        if not self.quiet or (isinstance(event, Line) and event.is_warning):
            self._printer.put(event)
