"""Text on terminals: what may be written to one, and how many columns it takes."""

import re
import unicodedata
from collections.abc import Sequence

STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
CUT = "..."
_RESET = "\x1b[0m"
_COLOR = re.compile(r"\x1b\[[0-9;:]*m")
_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: moves the cursor, erases, sets modes
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"  # and bidi overrides
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def styled(text: str, style: str) -> str:
    """Return *text* in *style*: ``bold``, ``dim``, a colour."""
    return f"\x1b[{STYLES[style]}m{text}{_RESET}"


def printable(text: str, *, color: bool = False) -> str:
    r"""Return *text* without what would move the cursor or change the terminal.

    Colours stay where *color* is wanted, and end with the line. Line breaks stay. Bytes that are
    no text are written out.

    >>> printable("a\x1b[2Jb\x1b]0;title\x07\tc\x1b[31md")
    'ab      cd'
    >>> printable("a\udcff")
    'a\\xff'
    """
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(_printable_line(line, color=color) for line in text.split("\n"))


def _printable_line(line: str, *, color: bool) -> str:
    shown = [part for part in line.split("\r") if part]
    line = shown[-1] if shown else ""
    pieces, begin = [], 0
    for escape in _ESCAPE.finditer(line):
        pieces.append(_CONTROL.sub("", line[begin : escape.start()]))
        begin = escape.end()
        if color and _COLOR.fullmatch(escape[0]):
            pieces.append(escape[0])
    pieces.append(_CONTROL.sub("", line[begin:]))
    cleaned = _SURROGATE.sub(_written_out, "".join(pieces).expandtabs())
    colors = _COLOR.findall(cleaned)
    return cleaned + _RESET if colors and colors[-1] not in (_RESET, "\x1b[m") else cleaned


def _written_out(found: re.Match[str]) -> str:
    """Return what stands for a byte as that byte's number; other halves of letters are unknown."""
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"


def uncolored(text: str) -> str:
    """Return *text* without its colours."""
    return _COLOR.sub("", text)


def width(text: str) -> int:
    """Return how many columns *text* takes, its colours none."""
    text = uncolored(text)
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut(text: str, columns: int) -> str:
    """Return *text*, which has no colours, cut to at most *columns*.

    >>> cut("a long line", 8)
    'a lon...'
    """
    if width(text) <= columns:
        return text
    mark = CUT if columns > len(CUT) else ""
    room, end = columns - len(mark), 0
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        end += 1
    return text[:end] + mark


Piece = tuple[str, str]
"""A text and its style, empty for none."""


def line_of_pieces(pieces: Sequence[Piece], columns: int, *, color: bool) -> str:
    """Return *pieces* one after the other, cut where together they are wider than *columns*."""
    line, room = "", columns
    for text, style in pieces:
        shown = cut(text, room)
        line += styled(shown, style) if color and style and shown else shown
        room -= width(shown)
        if shown != text or room <= 0:
            break
    return line


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
