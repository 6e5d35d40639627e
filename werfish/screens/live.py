"""A live tree of the tasks at the end of a terminal; every other line scrolls above it."""

from werfish.screens.events import Event, Line, Moment, Paused, TasksBegan
from werfish.screens.plain import line_of
from werfish.screens.region import redrawn
from werfish.screens.tasks import Tasks, tasks_after
from werfish.screens.tree import tree_lines

INTERVAL = 0.1
"""The least number of seconds between two drawings."""


class LiveScreen:
    """Draws at most ten times a second; without tasks lines are written at once.

    Satisfies `Screen`.
    """

    period = INTERVAL

    def __init__(self, *, color: bool) -> None:
        """Draw in *color* or without."""
        self._color = color
        self._tasks: Tasks = {}
        self._scrolled: list[str] = []
        self._drawn: tuple[str, ...] = ()
        self._drawn_at = 0.0

    def show(self, event: Event, moment: Moment) -> str:
        """Return what to write for *event* now; the rest is written by a later `tick`."""
        self._tasks = tasks_after(self._tasks, event, moment.seconds)
        line = line_of(event)
        is_drawn_only = isinstance(event, Line) and event.is_passing and event.task in self._tasks
        if line is not None and not is_drawn_only:
            self._scrolled.append(line)
        if isinstance(event, TasksBegan):  # what is over at once is not drawn at all
            self._drawn_at = moment.seconds
        is_hidden = not self._tasks or isinstance(event, Paused)
        return self._hidden(moment) if is_hidden else self.tick(moment)

    def tick(self, moment: Moment) -> str:
        """Return what to write because time has passed."""
        if not self._tasks or moment.seconds - self._drawn_at < INTERVAL:
            return ""
        lines = tree_lines(self._tasks, moment, color=self._color)
        if lines == self._drawn and not self._scrolled:
            return ""
        text = redrawn(self._drawn, self._scrolled, lines, max(moment.columns, 1))
        self._drawn, self._scrolled, self._drawn_at = lines, [], moment.seconds
        return text

    def _hidden(self, moment: Moment) -> str:
        """Return the lines that are left, and where the tree stands its removal."""
        scrolled, drawn = self._scrolled, self._drawn
        self._scrolled, self._drawn = [], ()
        if drawn:
            return redrawn(drawn, scrolled, (), max(moment.columns, 1))
        return "".join(f"{line}\n" for line in scrolled)
