"""A live tree of tasks, or of what is followed, at the end of a terminal; lines scroll above it."""

from werfish.screens.events import (
    BranchChanged,
    Event,
    Line,
    Moment,
    Paused,
    Summed,
    TasksBegan,
    TreeBegan,
    TreeEnded,
)
from werfish.screens.plain import line_of
from werfish.screens.region import redrawn
from werfish.screens.release_tree import ReleaseTree, summary_lines
from werfish.screens.tasks import Tasks, tasks_after
from werfish.screens.tree import tree_lines

INTERVAL = 0.1
"""The least number of seconds between two drawings."""


class LiveScreen:
    """Draws at most ten times a second; without a tree lines are written at once.

    Satisfies `Screen`.
    """

    period = INTERVAL
    is_live = True

    def __init__(self, *, color: bool) -> None:
        """Draw in *color* or without."""
        self._color = color
        self._tasks: Tasks = {}
        self._tree: ReleaseTree | None = None
        self._scrolled: list[str] = []
        self._drawn: tuple[str, ...] = ()
        self._drawn_at = 0.0

    def show(self, event: Event, moment: Moment) -> str:
        """Return what to write for *event* now; the rest is written by a later `tick`."""
        self._tasks = tasks_after(self._tasks, event, moment.seconds)
        self._grow(event, moment)
        if isinstance(event, Summed):
            self._scrolled += summary_lines(event, moment, color=self._color)
            return self._hidden(moment)
        line = line_of(event)
        is_drawn_only = isinstance(event, Line) and event.is_passing and event.task in self._tasks
        if line is not None and not is_drawn_only:
            self._scrolled.append(line)
        if isinstance(event, TasksBegan | TreeBegan):  # what is over at once is not drawn at all
            self._drawn_at = moment.seconds
        is_hidden = not self._is_drawn or isinstance(event, Paused)
        return self._hidden(moment) if is_hidden else self.tick(moment)

    def tick(self, moment: Moment) -> str:
        """Return what to write because time has passed."""
        if not self._is_drawn or moment.seconds - self._drawn_at < INTERVAL:
            return ""
        lines = self._lines(moment)
        if lines == self._drawn and not self._scrolled:
            return ""
        text = redrawn(self._drawn, self._scrolled, lines, max(moment.columns, 1))
        self._drawn, self._scrolled, self._drawn_at = lines, [], moment.seconds
        return text

    @property
    def _is_drawn(self) -> bool:
        return bool(self._tasks) or self._tree is not None

    def _lines(self, moment: Moment) -> tuple[str, ...]:
        if self._tree is None:
            return tree_lines(self._tasks, moment, color=self._color)
        return self._tree.lines(moment, color=self._color)

    def _grow(self, event: Event, moment: Moment) -> None:
        """Let *event* change the tree of what is followed."""
        match event:
            case TreeBegan(title=title):
                self._tree = ReleaseTree(title, moment.seconds)
            case TreeEnded():
                self._tree = None
            case BranchChanged(key=key, rows=rows) if self._tree is not None:
                self._tree.branches[key] = rows

    def _hidden(self, moment: Moment) -> str:
        """Return the lines that are left, and where the tree stands its removal."""
        scrolled, drawn = self._scrolled, self._drawn
        self._scrolled, self._drawn = [], ()
        if drawn:
            return redrawn(drawn, scrolled, (), max(moment.columns, 1))
        return "".join(f"{line}\n" for line in scrolled)
