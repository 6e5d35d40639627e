"""What is followed as lines of a terminal: a branch each, what is not ready first to have room."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import chain

from stages.light_dataclass import dataclass
from werfish.screens.events import Moment, Row, Rows, RowState, Summed
from werfish.screens.text import Piece, cut, line_of_pieces, styled, width
from werfish.screens.tree import duration

STYLES = {RowState.READY: "green", RowState.WAITING: "yellow", RowState.FAILED: "red"}
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_GAP = "  "
_LEGIBLE = 24
"""Columns that a name may take where it leaves as many to the rest."""
_AROUND = 6
"""Lines of a screen that are not for the rows of a summary: its title, an error, the prompt."""


@dataclass(slots=True)
class ReleaseTree:
    """Branches by key, followed for what *title* says since *began*."""

    title: str
    began: float
    branches: dict[str, Rows] = field(default_factory=dict)

    def lines(self, moment: Moment, *, color: bool) -> tuple[str, ...]:
        """Return the lines, none as wide as the terminal, at most half of its rows."""
        room, columns = max(moment.rows // 2, 1), moment.columns - 1
        rows = _chosen(self.branches, room - 1)
        lines = [*_table(rows, columns, moment.time), self._counts(moment)]
        return tuple(line_of_pieces(pieces, columns, color=color) for pieces in lines)

    def _counts(self, moment: Moment) -> list[Piece]:
        counted = Counter(rows[0].state for rows in self.branches.values())
        said = [f"{counted[state]} {state.value}" for state in RowState if counted[state]]
        text = f"{', '.join(said)} of {len(self.branches)}, {duration(moment.seconds - self.began)}"
        return [(f"{self.title}: {text}" if self.title else text, "dim")]


def summary_lines(summed: Summed, moment: Moment, *, color: bool) -> tuple[str, ...]:
    """Return the lines of a summary that a terminal shows at once, with room for the prompt."""
    room, columns = max(moment.rows - _AROUND, 1), moment.columns - 1
    is_whole = len(summed.rows) <= room
    shown = summed.rows if is_whole else summed.rows[: room - 1]
    left = len(summed.rows) - len(shown)
    lines = _table(shown, columns, moment.time)
    lines += [[(f"and {left} more", "dim")]] if left else []
    title = styled(summed.title, "bold") if color else summed.title
    return (title, *(line_of_pieces(pieces, columns, color=color) for pieces in lines))


def whole_summary(summed: Summed) -> tuple[str, ...]:
    """Return all lines of a summary, as wide as they are."""
    widest = max((width(row.name) + 1 for row in summed.rows), default=1)
    lines = _table(summed.rows, 3 * widest, 0.0)
    return (summed.title, *("".join(text for text, _ in pieces) for pieces in lines))


def age(seconds: float) -> str:
    """Return *seconds* in the greatest unit that fits.

    >>> age(9.7), age(125), age(200_000)
    ('9 s', '2 m', '2 d')
    """
    whole = int(max(seconds, 0))
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), (1, "s"))
    return f"{whole // size} {unit}"


def _chosen(branches: Mapping[str, Rows], room: int) -> list[Row]:
    """Return the rows that there is room for, in order.

    Where there is too little, pods go that are not of a failed branch, then what is ready.
    """
    rows = list(chain.from_iterable(branches.values()))
    if len(rows) > room:
        rows = [
            row
            for branch in branches.values()
            for row in (branch if branch[0].state is RowState.FAILED else branch[:1])
        ]
    if len(rows) > room:
        rows = [row for row in rows if row.state is not RowState.READY]
    if len(rows) > room:
        rows = sorted(rows, key=lambda row: row.state is not RowState.FAILED)
    return rows[: max(room, 0)]


def _table(rows: Sequence[Row], columns: int, time: float) -> list[list[Piece]]:
    """Return a line of pieces for each of *rows*, with aligned columns."""
    most = max(columns // 3, min(columns // 2, _LEGIBLE), 1)
    names = [cut(_GAP * row.depth + row.name, most) for row in rows]
    ages = ["" if row.since is None else age(time - row.since) for row in rows]
    widths = [
        max(map(width, texts), default=0)
        for texts in (names, [row.said for row in rows], [row.replicas for row in rows], ages)
    ]
    return [_pieces(row, names[i], ages[i], widths) for i, row in enumerate(rows)]


def _pieces(row: Row, name: str, born: str, widths: Sequence[int]) -> list[Piece]:
    cells = [
        (name, "" if row.depth else "bold"),
        (row.said, STYLES[row.state]),
        (row.replicas, ""),
        (born, "dim"),
    ]
    pieces: list[Piece] = []
    for (text, style), size in zip(cells, widths, strict=True):
        if size:
            pieces += [(text, style), (" " * (size - width(text)) + _GAP, "")]
    shown = [*pieces, (row.reason.partition("\n")[0], "dim")] if row.reason else pieces
    while shown and not shown[-1][0].strip():
        shown.pop()
    return shown
