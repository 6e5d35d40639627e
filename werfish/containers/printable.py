"""What a program printed, as one line that does no harm to the terminal and to the lines around it.

Pure. Programs draw bars, move the cursor, and print files that are no text.
"""

import re

_ESCAPES = re.compile(
    r"\x1b(?:"
    r"\[[0-9:;]*m(?P<colour>)"  # colours stay
    r"|\[[0-?]*[ -/]*[@-~]"  # moving the cursor, erasing
    r"|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links, and other strings
    r"|[ -/]*[0-~]"  # character sets, and the rest
    r"|$)"
)
_LONE = re.compile(r"\x1b(?!\[[0-9:;]*m)")
_BACK = re.compile(r"[^\x08]\x08")
_MOST_BACK = 20
"""So many steps back at once are followed."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f\x80-\x9f]")
_END_OF_COLOUR = "\x1b[0m"


def printable(raw: bytes) -> str:
    """Return the line *raw* as it would be seen in the end.

    Of what carriage returns overwrote, the last state; of colours, none that goes on after the
    line; of bytes that are no text, ``\ufffd``.
    """
    states = [part for part in raw.split(b"\r") if part]
    line = (states[-1] if states else b"").decode(errors="replace")
    if line.isprintable():
        return line
    line = _LONE.sub("", _ESCAPES.sub(_colour_only, line))
    for _ in range(_MOST_BACK):
        line = _BACK.sub("", line)
    line = _CONTROL.sub("\ufffd", line.replace("\b", ""))
    is_coloured = "\x1b" in line and not line.endswith((_END_OF_COLOUR, "\x1b[m"))
    return line + _END_OF_COLOUR if is_coloured else line


def _colour_only(match: re.Match[str]) -> str:
    return match[0] if match["colour"] is not None else ""
