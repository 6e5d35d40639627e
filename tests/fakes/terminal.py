"""A terminal in memory: it knows the few sequences that screens write, and refuses others."""

import re
from dataclasses import dataclass, field

from werfish.screens.text import width

_TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|[^\x1b]", re.DOTALL)
_MODES = {"7": "is_wrapping", "25": "is_cursor_shown", "2026": "is_held"}


@dataclass
class FakeTerminal:
    """Rows of cells, those that scrolled away included; the second cell of a wide one is empty."""

    columns: int = 80
    rows: int = 24
    lines: list[list[str]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    is_wrapping: bool = True
    is_cursor_shown: bool = True
    is_held: bool = False

    @property
    def text(self) -> list[str]:
        """Everything that can be read, without blanks at the end."""
        read = ["".join(cells).rstrip() for cells in self.lines]
        while read and not read[-1]:
            read.pop()
        return read

    def feed(self, data: str) -> None:
        """Take in what a program writes."""
        position = 0
        while position < len(data):
            token = _TOKEN.match(data, position)
            assert token, f"not known: {data[position : position + 12]!r}"
            position = token.end()
            if token[3]:
                self._sequence(token[1], token[2], token[3])
            else:
                self._character(token[0])

    def _sequence(self, private: str, number: str, final: str) -> None:
        match private, final:
            case "?", "h" | "l":
                setattr(self, _MODES[number], final == "h")
            case "", "A":
                top = max(0, len(self.lines) - self.rows)
                self.row = max(top, self.row - int(number or 1))
            case "", "K":
                del self.lines[self.row][min(self.column, self.columns - 1) :]
            case "", "J":
                del self.lines[self.row + 1 :]
                del self.lines[self.row][min(self.column, self.columns - 1) :]
            case "", "m":
                pass
            case _:
                raise AssertionError(f"not known: CSI {private}{number}{final}")

    def _character(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._next_row()
        else:
            assert character.isprintable() or width(character) == 0, repr(character)
            self._put(character, width(character))

    def _put(self, character: str, cells: int) -> None:
        if self.column + cells > self.columns:
            if not self.is_wrapping:
                return
            self._next_row()
        line = self.lines[self.row]
        line.extend(" " * (self.column - len(line)))
        line[self.column : self.column + cells] = [character, *[""] * (cells - 1)][:cells]
        self.column += cells

    def _next_row(self) -> None:
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.lines):
            self.lines.append([])
