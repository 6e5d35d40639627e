"""Find, replace and split as Go does: how matches follow each other, and what ``$1`` means.

An empty match that touches the match before it does not count; a replacement's ``$name`` takes
the longest name that it can.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.re2.linear import Pattern, linear
from werfish.gotemplate.sprig.re2.syntax import translate

_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled pattern, its *source* as it was written."""

    source: str
    compiled: Pattern
    names: dict[str, tuple[int, ...]]


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Regex:
    """Compile *pattern*; RegexError where Go would refuse it."""
    translation = translate(pattern)
    own = re.compile(translation.pattern)
    return Regex(pattern, linear(pattern, own), translation.names)


def find_all(regex: Regex, text: str, limit: int) -> list[re.Match[str]]:
    """Return the matches, at most *limit* of them where it is not negative."""
    found: list[re.Match[str]] = []
    for match in _matches(regex.compiled, text):
        if len(found) == limit:
            break
        found.append(match)
    return found


def _matches(pattern: Pattern, text: str) -> Iterator[re.Match[str]]:
    position, ended = 0, -1
    while position <= len(text):
        match = pattern.search(text, position)
        if match is None:
            return
        empty = match.end() == position
        if not (empty and match.start() == ended):
            yield match
        ended = match.end()
        position = position + 1 if empty else ended


def replace_all(regex: Regex, text: str, template: str) -> str:
    """Replace every match by *template*, with its ``$1``, ``${1}``, ``$name`` filled in."""
    return _replaced(regex, text, lambda match: _expanded(regex, match, template))


def replace_all_literal(regex: Regex, text: str, replacement: str) -> str:
    """Replace every match by *replacement* as it stands."""
    return _replaced(regex, text, lambda match: replacement)


def _replaced(regex: Regex, text: str, replacement: Callable[[re.Match[str]], str]) -> str:
    pieces: list[str] = []
    position = copied = 0
    while position <= len(text):
        match = regex.compiled.search(text, position)
        if match is None:
            break
        pieces.append(text[copied : match.start()])
        if match.end() > copied or match.start() == 0:
            pieces.append(replacement(match))
        copied = match.end()
        position = max(position + 1, copied)
    return "".join([*pieces, text[copied:]])


def _expanded(regex: Regex, match: re.Match[str], template: str) -> str:
    def filled(reference: re.Match[str]) -> str:
        name = reference[2] or reference[3]
        return "$" if reference[1] else _group(regex, match, name)

    return _REFERENCE.sub(filled, template)


def _group(regex: Regex, match: re.Match[str], name: str) -> str:
    is_number = name.isascii() and name.isdigit() and (name == "0" or name[0] != "0")
    numbers = (number_of(name),) if is_number else regex.names.get(name, ())
    texts = (match[number] for number in numbers if number <= regex.compiled.groups)
    return next((text for text in texts if text is not None), "")


def split(regex: Regex, text: str, limit: int) -> list[str]:
    """Split *text* between the matches into at most *limit* pieces where it is not negative."""
    if limit == 0:
        return []
    if not text and regex.source:
        return [""]
    pieces: list[str] = []
    begin = end = 0
    for match in find_all(regex, text, limit):
        if limit > 0 and len(pieces) == limit - 1:
            break
        end = match.start()
        if match.end() != 0:
            pieces.append(text[begin:end])
        begin = match.end()
    if end != len(text):
        pieces.append(text[begin:])
    return pieces


def quote_meta(text: str) -> str:
    """Escape what has a meaning in a pattern."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", text)
