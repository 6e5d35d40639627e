"""Where lines come from: the origin of a line, and texts that know the origins of their lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rendered line comes from: a line, from 1, in the text of *template*.

    *is_text* says that the line's first visible character is literal text there; else an action
    of that line printed it.
    """

    template: str
    line: int
    is_text: bool


def line_starts(text: str) -> list[int]:
    """Return where the lines of *text* begin, but for the first."""
    starts, place = [], text.find("\n")
    while place >= 0:
        starts.append(place + 1)
        place = text.find("\n", place + 1)
    return starts


def line_at(starts: Sequence[int], position: int) -> int:
    """Return the line, from 1, on which *position* is, by the text's `line_starts`."""
    return 1 + bisect_right(starts, position)


class TracedText:
    """A text that grows piece by piece, with the origin of each of its lines.

    A line's origin is that of its first visible character; of its first character where it is
    blank; and where it has none, of what was added last.
    """

    def __init__(self, start: Origin) -> None:
        """Begin with nothing, which comes from *start*."""
        self._parts: list[str] = []
        self._origins: list[Origin | None] = [None]
        self._has_visible = False
        self._last = start

    def add(self, text: str, origins: Sequence[Origin]) -> None:
        """Add *text*; *origins* are those of its lines, the first of which goes on the last."""
        if not text:
            return
        self._parts.append(text)
        lines = text.split("\n")
        for place, (line, origin) in enumerate(zip(lines, origins, strict=True)):
            if place:
                self._origins.append(None)
                self._has_visible = False
            self._note(line, origin, is_ended=place < len(lines) - 1)
        self._last = origins[-1]

    def _note(self, line: str, origin: Origin, *, is_ended: bool) -> None:
        if self._has_visible:
            return
        if line.strip():
            self._origins[-1], self._has_visible = origin, True
        elif self._origins[-1] is None and (line or is_ended):
            self._origins[-1] = origin

    def lines(self) -> list[tuple[str, Origin]]:
        """Return the lines, each with its origin."""
        lines = "".join(self._parts).split("\n")
        return [(line, each or self._last) for line, each in zip(lines, self._origins, strict=True)]


class Passage:
    """Lines with their origins, to be found again in a text that was made of them."""

    def __init__(self, lines: Iterable[tuple[str, Origin]]) -> None:
        """Know *lines* by their stripped text."""
        self._lines = [(line.strip(), origin) for line, origin in lines]
        self._places: dict[str, list[int]] = {}
        for place, (line, _origin) in enumerate(self._lines):
            self._places.setdefault(line, []).append(place)
        self.cursor = 0

    def find(self, line: str) -> Origin | None:
        """Return the origin of the next line that reads *line* (stripped), and go past it.

        After the last one it begins again. A blank line is found only where it comes next.
        """
        places = self._places.get(line)
        if not places:
            return None
        index = bisect_left(places, self.cursor)
        place = places[index % len(places)]
        if not line and place != self.cursor:
            return None
        self.cursor = place + 1
        return self._lines[place][1]


def aligned(text: str, passages: Sequence[Passage], otherwise: Origin) -> list[Origin]:
    """Return the origins of the lines of *text*: of lines of *passages* that read the same.

    A passage is followed as long as it has what comes next; then the first that has it is. What
    none has comes from *otherwise*.
    """
    for passage in passages:
        passage.cursor = 0
    current = passages[0]
    origins = []
    for line in map(str.strip, text.split("\n")):
        found = current.find(line)
        if found is None and line:
            current, found = _first_with(line, passages, current)
        origins.append(found or otherwise)
    return origins


def _first_with(
    line: str, passages: Iterable[Passage], current: Passage
) -> tuple[Passage, Origin | None]:
    for passage in passages:
        if (found := passage.find(line)) is not None:
            return passage, found
    return current, None
