"""Read a pattern from left to right: the reader, and what a backslash begins."""

import re

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.re2 import classes
from werfish.gotemplate.sprig.re2.errors import RegexError

CLASSES: dict[str, classes.Spans] = {
    r"\d": classes.DIGIT,
    r"\D": classes.complement(classes.DIGIT),
    r"\s": classes.SPACE,
    r"\S": classes.complement(classes.SPACE),
    r"\w": classes.WORD,
    r"\W": classes.complement(classes.WORD),
}
"""Perl's classes: ASCII only, and ``\\s`` without the vertical tab."""

_CONTROLS = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


@dataclass(slots=True)
class Reader:
    """A place in a pattern."""

    text: str
    at: int = 0

    def rest(self) -> str:
        """Return what has not been read."""
        return self.text[self.at :]

    def peek(self) -> str:
        """Return the next character without reading it; empty at the end."""
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        """Read one character."""
        self.at += 1
        return self.text[self.at - 1]

    def take(self, mark: str) -> bool:
        """Read *mark* where it stands next, and say whether it did."""
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) if found else 0
        return found

    def until(self, mark: str) -> str:
        """Read to *mark*, which is read too, or to the end."""
        taken, found, _ = self.rest().partition(mark)
        self.at += len(taken) + len(found)
        return taken

    def match(self, pattern: str) -> re.Match[str] | None:
        """Read what *pattern* matches here; None, and nothing is read, where it does not."""
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found


def read_escape(reader: Reader) -> int:
    """Read an escape that stands for one code point."""
    start = reader.at
    reader.next()
    if not reader.peek():
        raise RegexError("trailing backslash at end of expression", "")
    octal = reader.match(r"0[0-7]{0,2}|[1-7][0-7]{1,2}")
    if octal:
        return int(octal[0], 8)
    hexadecimal = reader.match(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})")
    if hexadecimal:
        return _checked_point(int(hexadecimal[1] or hexadecimal[2], 16), reader, start)
    character = reader.next()
    if character == "x":
        reader.match(r"\{?[0-9A-Fa-f]*")
    if character in _CONTROLS:
        return _CONTROLS[character]
    if character.isascii() and not character.isalnum():
        return ord(character)
    raise RegexError("invalid escape sequence", reader.text[start : reader.at])


def _checked_point(point: int, reader: Reader, start: int) -> int:
    if point > classes.LAST:
        raise RegexError("invalid escape sequence", reader.text[start : reader.at])
    return point


def read_named_class(reader: Reader) -> classes.Spans | None:
    r"""Read ``\pN`` or ``\p{Name}``, negated or not; None where none stands here."""
    found = reader.match(r"\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))")
    if found is None:
        if reader.match(r"\\[pP]"):
            raise RegexError("invalid character class range", reader.text)
        return None
    spans = classes.named(found[3] if found[4] is None else found[4])
    if spans is None:
        raise RegexError("invalid character class range", found[0])
    negated = (found[1] == "P") != bool(found[2])
    return classes.complement(spans) if negated else spans
