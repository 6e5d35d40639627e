"""Where the lines of a rendered configuration were written."""

from collections.abc import Callable, Sequence
from dataclasses import field

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; *is_written* says that the line stands there as it was rendered.

    Where it does not, an action of that line printed it.
    """

    file: str
    line: int
    is_written: bool = True

    def __str__(self) -> str:
        """Write the place as editors understand it."""
        return f"{self.file}:{self.line}"


def _as_written() -> Sequence[Place] | None:
    return None


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The places of all lines. They are found when they are asked for: only errors need them.

    *find* returns a place for each line of the rendered text, as newlines part them, or nothing
    where the text is as it was written.
    """

    find: Callable[[], Sequence[Place] | None] = field(default=_as_written, compare=False)

    def place_of(self, line: int, file: str) -> Place:
        """Return where *line*, counted from 1, was written; *file* is the rendered one."""
        places = self.find()
        if places is None:
            return Place(file, line)
        return places[min(max(line, 1), len(places)) - 1] if places else Place(file, 1)


AS_WRITTEN = SourceLines()
"""The places of a text that no template rendered."""
