"""Translate a pattern from RE2's syntax, as Go reads it, to Python's.

The rules are those of Go's ``regexp/syntax`` with its flags ``Perl``. Flags such as ``(?i)`` hold
from where they stand to the end of their group, also across ``|``; each atom is written with the
flags that hold for it, so that no flag of Python's spreads.
"""

import re
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.re2 import classes
from werfish.gotemplate.sprig.re2.errors import RegexError
from werfish.gotemplate.sprig.re2.escapes import CLASSES, Reader, read_escape, read_named_class
from werfish.gotemplate.sprig.re2.sets import read_set

_MOST = 1000
"""The largest number that may stand in ``{n,m}``."""

_PLACES = {
    r"\A": r"\A",
    r"\z": r"\Z",
    r"\b": r"(?a:\b)",
    r"\B": r"(?:(?a:\B)|\A\Z)",  # Python's \B does not match in an empty text, before 3.14
}

_BY_FLAG = {
    "^": ("m", "(?m:^)", r"\A"),
    "$": ("m", "(?m:$)", r"\Z"),
    ".": ("s", "(?s:.)", r"[^\n]"),
}
"""What a character means: the flag that matters, its meaning with it and without it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A pattern in Python's syntax, and the numbers of its named groups; a name may be several."""

    pattern: str
    names: dict[str, tuple[int, ...]]


@dataclass(slots=True)
class _State:
    reader: Reader
    flags: frozenset[str] = frozenset()
    groups: int = 0
    names: dict[str, tuple[int, ...]] = field(default_factory=dict)


def translate(pattern: str) -> Translation:
    """Translate *pattern*; RegexError where Go would refuse it."""
    state = _State(Reader(pattern))
    translated = _alternatives(state)
    if state.reader.peek() == ")":
        raise RegexError("unexpected )", pattern)
    return Translation(translated, state.names)


def _alternatives(state: _State) -> str:
    branches = [_sequence(state)]
    while state.reader.take("|"):
        branches.append(_sequence(state))
    return "|".join(branches)


def _sequence(state: _State) -> str:
    pieces: list[str] = []
    repeated = -1
    reader = state.reader
    while reader.rest() and reader.peek() not in ("|", ")"):
        start = reader.at
        bounds = _repetition(reader)
        if bounds is None:
            pieces += _atom(state)
            repeated = -1
            continue
        lazy = reader.take("?") != ("U" in state.flags)
        _check_repetition(reader, start, repeated, pieces)
        pieces[-1] = f"(?:{pieces[-1]}){bounds}{'?' if lazy else ''}"
        repeated = start
    return "".join(pieces)


def _check_repetition(reader: Reader, start: int, repeated: int, pieces: list[str]) -> None:
    if not pieces:
        raise RegexError("missing argument to repetition operator", reader.text[start : reader.at])
    if repeated >= 0:
        raise RegexError("invalid nested repetition operator", reader.text[repeated : reader.at])


def _repetition(reader: Reader) -> str | None:
    """Take a repetition, without its ``?``, and write it for Python; None where there is none."""
    if reader.peek() in ("*", "+", "?"):
        return reader.next()
    found = reader.match(r"\{([0-9]+)(,([0-9]*))?\}")
    if found is None:
        return None
    low = number_of(found[1])
    high = low if found[2] is None else number_of(found[3]) if found[3] else None
    if low > _MOST or (high is not None and (high > _MOST or low > high)):
        raise RegexError("invalid repeat count", found[0])
    return f"{{{low},{'' if high is None else high}}}"


def _atom(state: _State) -> list[str]:
    """Take one atom; a list, since a change of flags is none and ``\\Q...\\E`` may be several."""
    reader = state.reader
    if reader.peek() == "(":
        return _group(state)
    if reader.peek() == "[":
        return [_folded(read_set(reader), state)]
    if reader.peek() == "\\":
        return _backslash(state)
    character = reader.next()
    if character in _BY_FLAG:
        flag, with_flag, without = _BY_FLAG[character]
        return [with_flag if flag in state.flags else without]
    return [_literal(character, state)]


def _backslash(state: _State) -> list[str]:
    reader = state.reader
    for mark, meaning in _PLACES.items():
        if reader.take(mark):
            return [meaning]
    if reader.take(r"\Q"):
        quoted = reader.until(r"\E")
        return [_literal(character, state) for character in quoted]
    for mark, spans in CLASSES.items():
        if reader.take(mark):
            return [_folded(classes.written(spans), state)]
    named = read_named_class(reader)
    if named is not None:
        return [_folded(classes.written(named), state)]
    return [_literal(chr(read_escape(reader)), state)]


def _literal(character: str, state: _State) -> str:
    text = classes.escaped(ord(character))
    return _folded(text, state) if character.lower() != character.upper() else text


def _folded(text: str, state: _State) -> str:
    return f"(?i:{text})" if "i" in state.flags else text


def _group(state: _State) -> list[str]:
    opening = state.reader.at
    outer = state.flags
    if not state.reader.text.startswith("(?", opening):
        state.reader.next()
        prefix = _capture(state, "")
    else:
        written = _question(state)
        if written is None:
            return []
        prefix = written
    body = _alternatives(state)
    if not state.reader.take(")"):
        raise RegexError("missing closing )", state.reader.text)
    state.flags = outer
    return [f"{prefix}{body})"]


def _capture(state: _State, name: str) -> str:
    state.groups += 1
    if name:
        state.names[name] = (*state.names.get(name, ()), state.groups)
    return "("


def _question(state: _State) -> str | None:
    """Read what follows ``(?``; None where it only changed the flags."""
    reader = state.reader
    start = reader.at
    found = reader.match(r"\(\?P?<([^>]*)(>?)")
    if found is not None:
        return _capture(state, _checked_name(found))
    flags = reader.match(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
    if flags is None:
        shown = re.match(r"\(\?[imsU-]*[^imsU-]?", reader.text[start:])
        raise RegexError("invalid or unsupported Perl syntax", shown[0] if shown else "")
    state.flags = (state.flags | set(flags[1])) - set(flags[2] or "")
    return "(?:" if flags[3] == ":" else None


def _checked_name(found: re.Match[str]) -> str:
    if not found[2] or not re.fullmatch(r"[0-9A-Za-z_]+", found[1]):
        raise RegexError("invalid named capture", found[0])
    return found[1]
