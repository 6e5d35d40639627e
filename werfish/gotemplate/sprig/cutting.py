"""Cut strings as Go does: by bytes, also in the middle of a letter.

``trunc 2 "hé"`` is not UTF-8 any more; a value keeps such bytes, and the text that is written
out has them again.
"""

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.values import from_bytes, to_bytes


def trunc(width: int, text: str) -> str:
    """Keep the first *width* bytes, or the last where *width* is negative."""
    data = to_bytes(text)
    if width < 0 < len(data) + width:
        return from_bytes(data[width:])
    return from_bytes(data[:width]) if 0 <= width < len(data) else text


def substr(start: int, end: int, text: str) -> str:
    """Return the bytes from *start* to *end*; a negative *start* is the beginning."""
    data = to_bytes(text)
    if start < 0:
        return from_bytes(_slice(data, 0, end))
    if end < 0 or end > len(data):
        return from_bytes(_slice(data, start, len(data)))
    return from_bytes(_slice(data, start, end))


def _slice(data: bytes, start: int, end: int) -> bytes:
    if not 0 <= end <= len(data):
        length = f" with length {len(data)}" if end >= 0 else ""
        raise GoError(f"runtime error: slice bounds out of range [:{end}]{length}")
    if start > end:
        raise GoError(f"runtime error: slice bounds out of range [{start}:{end}]")
    return data[start:end]


def abbrev(width: int, text: str) -> str:
    """Shorten to *width* bytes, the last three of which are dots."""
    return text if width < 4 else _abbreviated(to_bytes(text), 0, width)


def abbrevboth(left: int, right: int, text: str) -> str:
    """Shorten to *right* bytes, beginning near byte *left*, with dots where something is cut."""
    if right < 4 or (left > 0 and right < 7):
        return text
    return _abbreviated(to_bytes(text), left, right)


def _abbreviated(data: bytes, offset: int, width: int) -> str:
    if len(data) <= width:
        return from_bytes(data)
    offset = min(offset, len(data))
    if len(data) - offset < width - 3:
        offset = len(data) - (width - 3)
    if offset <= 4:
        return from_bytes(data[: width - 3]) + "..."
    if offset + width - 3 < len(data):
        return "..." + _abbreviated(data[offset:], 0, width - 3)
    return "..." + from_bytes(data[len(data) - (width - 3) :])


def wrap(width: int, text: str) -> str:
    """Break *text* at spaces, so that lines have at most *width* bytes; long words stay whole."""
    return _wrapped(text, width, "\n", break_words=False)


def wrap_with(width: int, separator: str, text: str) -> str:
    """Break *text* with *separator*; long words are broken too."""
    return _wrapped(text, width, separator or "\n", break_words=True)


def _wrapped(text: str, width: int, separator: str, *, break_words: bool) -> str:
    data, offset, width = to_bytes(text), 0, max(width, 1)
    lines: list[bytes] = []
    while len(data) - offset > width:
        if data[offset : offset + 1] == b" ":
            offset += 1
            continue
        end, following = _line_end(data, offset, width, break_words=break_words)
        lines.append(data[offset:end])
        offset = following
        if following > len(data):
            return from_bytes(to_bytes(separator).join(lines))
    return from_bytes(to_bytes(separator).join([*lines, data[offset:]]))


def _line_end(data: bytes, offset: int, width: int, *, break_words: bool) -> tuple[int, int]:
    """Return where the line ends and where the next begins; behind the end: there is none."""
    space = data.rfind(b" ", offset, offset + width + 1)
    if space >= 0:
        return space, space + 1
    if break_words:
        return offset + width, offset + width
    space = data.find(b" ", offset + width)
    return (space, space + 1) if space >= 0 else (len(data), len(data) + 1)
