"""Which images are meant by names and patterns on the command line; werf's rules. Pure.

A pattern knows ``*`` and ``?`` (neither matches a slash) and ranges such as ``[a-z]``, as Go's
``filepath.Match`` does; with ``!`` before it, it takes images out, but for those that are named.
"""

import re
from collections.abc import Sequence

from werfish.config.errors import UnknownImageError
from werfish.errors import ConfigError


def selected_titles(
    known: Sequence[str], wanted: Sequence[str], default: Sequence[str]
) -> tuple[str, ...]:
    """Return which of the *known* titles *wanted* selects, in their order; by *default* those.

    `UnknownImageError` for a name or pattern that no image has, `ConfigError` for what is none.
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
    expression = re.compile(_expression(pattern))
    return {title for title in known if expression.fullmatch(title)}


def _expression(pattern: str) -> str:
    """Return *pattern* as a regular expression."""
    if "**" in pattern:
        raise _wrong(pattern, 'a "*" matches no slash, and "**" is not known')
    found, rest = [], pattern
    while rest:
        if rest[0] == "[":
            piece, rest = _range(pattern, rest[1:])
        elif rest[0] == "\\" and len(rest) > 1:
            piece, rest = re.escape(rest[1]), rest[2:]
        else:
            piece, rest = {"*": "[^/]*", "?": "[^/]"}.get(rest[0], re.escape(rest[0])), rest[1:]
        found.append(piece)
    return "".join(found)


def _range(pattern: str, rest: str) -> tuple[str, str]:
    """Return the range that *rest* begins with, after its bracket, and what follows it."""
    begin = "^/" if rest.startswith("^") else ""
    inside, bracket, after = rest.removeprefix("^").partition("]")
    pairs = re.fullmatch(r"(?:[^\\/-](?:-[^\\/-])?)+", inside)
    if not bracket or pairs is None:
        raise _wrong(pattern, 'a range is written as in "[a-z]"')
    ranges = re.findall(r"(.)(?:-(.))?", inside)
    if any(last and first > last for first, last in ranges):
        raise _wrong(pattern, "a range ends before it begins")
    pieces = (re.escape(first) + (f"-{re.escape(last)}" if last else "") for first, last in ranges)
    return f"[{begin}{''.join(pieces)}]", after


def _wrong(pattern: str, problem: str) -> ConfigError:
    return ConfigError(f'select the images: "{pattern}" is no pattern: {problem}')
