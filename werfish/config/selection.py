"""Which images are meant by names and patterns on the command line; werf's rules. Pure.

A pattern knows ``*`` and ``?`` (neither matches a slash) and ``[a-z]``; with ``!`` before it, it
takes images out, but for those that are named.
"""

import re
from collections.abc import Sequence

from werfish.config.errors import UnknownImageError

_WILD = re.compile(r"(\*|\?|\[\^?[^\]]+\])")


def selected_titles(
    known: Sequence[str], wanted: Sequence[str], default: Sequence[str]
) -> tuple[str, ...]:
    """Return which of the *known* titles *wanted* selects, in their order; by *default* those.

    `UnknownImageError` for a name or pattern that no image has.
    """
    included = [one for one in wanted if not one.startswith("!")]
    chosen = set() if included else set(default)
    for pattern in included:
        found = _matching(known, pattern)
        if not found:
            raise UnknownImageError(pattern, tuple(known))
        chosen |= found
    for pattern in wanted:
        if pattern.startswith("!"):
            chosen -= _matching(known, pattern[1:]) - set(included)
    return tuple(title for title in known if title in chosen)


def _matching(known: Sequence[str], pattern: str) -> set[str]:
    if pattern in known:
        return {pattern}
    expression = re.compile("".join(map(_translated, _WILD.split(pattern))))
    return {title for title in known if expression.fullmatch(title)}


def _translated(piece: str) -> str:
    if piece in ("*", "?"):
        return "[^/]*" if piece == "*" else "[^/]"
    return piece if _WILD.fullmatch(piece) else re.escape(piece)
