"""The bytes that draw lines at the end of a terminal anew, below others that scroll away.

Everything is one write: the cursor is hidden only within it, as are line wrapping off and the
update held back (where the terminal knows that), so nothing must be restored after an interrupt.
"""

from collections.abc import Sequence

from werfish.screens.text import width

_BEGIN, _END = "\x1b[?2026h\x1b[?25l", "\x1b[?25h\x1b[?2026l"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_TO_LINE_END, _TO_SCREEN_END = "\x1b[K", "\x1b[J"


def redrawn(
    before: Sequence[str], scrolled: Sequence[str], lines: Sequence[str], columns: int
) -> str:
    """Return what replaces the lines *before* by *lines*, with *scrolled* above them.

    The cursor is at the beginning of the line below the last one, before and after. What was
    *before* is taken to be wrapped anew where the terminal has become narrower since.
    """
    up = sum(max(1, -(-width(line) // columns)) for line in before)
    moved = f"\x1b[{up}A" if up else ""
    above = "".join(_scrolled(line, columns) for text in scrolled for line in text.split("\n"))
    drawn = "".join(f"{line}{_TO_LINE_END}\n" for line in lines)
    return f"{_BEGIN}{moved}\r{above}{_NO_WRAP}{drawn}{_WRAP}{_TO_SCREEN_END}{_END}"


def _scrolled(line: str, columns: int) -> str:
    """Return *line*, free to wrap, with what was below it erased.

    Erasing at the right margin would take the last character, so a wide line is preceded by it.
    """
    if width(line) < columns:
        return f"{line}{_TO_LINE_END}\n"
    return f"{_TO_SCREEN_END}{line}\n"
