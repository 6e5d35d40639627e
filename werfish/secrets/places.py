"""The values of a YAML text, each with the place where it is written.

Values are replaced in the text itself, so that comments, anchors, order and layout stay as the
user wrote them.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from stages.light_dataclass import dataclass

if TYPE_CHECKING:
    from yaml import Mark
    from yaml.events import Event, ScalarEvent

Path = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_STRING = "tag:yaml.org,2002:str"


class YamlTextError(Exception):
    """A text is not YAML; *line* is where, from 1."""

    def __init__(self, line: int, problem: str) -> None:
        """Keep the *line* beside the *problem*."""
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar value: at *path*, written at *start* to *end* of the text, in *line* from 1.

    *text* is what was written, free of quotes; *is_text* says that it can be nothing but text.
    *indent* is the column of what it belongs to; *is_inline* that more follows in its line.
    """

    path: Path
    start: int
    end: int
    line: int
    text: str
    is_text: bool
    indent: int
    is_inline: bool


@dataclass(slots=True)
class _Open:
    """A list or table that has not ended; *key* is the last one, *count* how many came.

    *indent* is the column of its last key. *is_key* says that all of it is a key of another.
    """

    is_table: bool
    is_inline: bool
    is_key: bool
    key: str | None = None
    count: int = 0
    indent: int = 0

    @property
    def wants_key(self) -> bool:
        """Whether what comes next is a key."""
        return self.is_table and self.key is None


def values_in(text: str) -> tuple[Value, ...]:
    """Return the values of *text* in their order; keys and aliases are none."""
    stack: list[_Open] = []
    return tuple(value for event in _events(text) for value in _taken(event, text, stack))


def replaced(text: str, written: Callable[[Value], str]) -> str:
    """Return *text* with every value as *written* writes it; a block ends its line."""
    parts, at = [], 0
    for value in values_in(text):
        old, new = text[value.start : value.end], written(value)
        parts += [text[at : value.start], _gap(text, value), new]
        at = value.end
        if new.endswith("\n") and not old.endswith("\n"):
            at = _next_line(text, at)
        elif not new.endswith("\n"):
            parts.append(old[len(old.rstrip("\n")) :])
    return "".join((*parts, text[at:]))


def _gap(text: str, value: Value) -> str:
    """Return what has to stand before a value where there was none."""
    is_tight = value.start == value.end and text[value.start - 1 : value.start] > " "
    return " " if is_tight else ""


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _events(text: str) -> "Iterator[Event]":
    import yaml

    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlTextError(line, error.problem or "not YAML") from None
    except yaml.YAMLError:
        raise YamlTextError(1, "not YAML") from None


def _taken(event: "Event", text: str, stack: list[_Open]) -> Iterator[Value]:
    """Follow *event*, and yield the value that it is."""
    from yaml import events

    wants_key = bool(stack) and stack[-1].wants_key
    if isinstance(event, events.CollectionStartEvent):
        is_table = isinstance(event, events.MappingStartEvent)
        stack.append(_Open(is_table, bool(event.flow_style), is_key=wants_key))
    elif isinstance(event, events.CollectionEndEvent):
        _ended(stack, is_key=stack.pop().is_key)
    elif isinstance(event, events.AliasEvent):
        _ended(stack, is_key=wants_key)
    elif isinstance(event, events.ScalarEvent):
        if wants_key:
            stack[-1].indent = _marks(event)[0].column
        elif not any(one.is_key for one in stack):
            yield _value(event, text, stack)
        _ended(stack, is_key=wants_key, key=event.value)


def _ended(stack: list[_Open], *, is_key: bool, key: str = "?") -> None:
    """Note that a key or a value has ended in the innermost list or table."""
    if stack:
        stack[-1].key = key if is_key else None
        stack[-1].count += not is_key


def _marks(event: "ScalarEvent") -> "tuple[Mark, Mark]":
    """Return where *event* begins and ends: what was parsed from text always says so."""
    return cast("Mark", event.start_mark), cast("Mark", event.end_mark)


def _value(event: "ScalarEvent", text: str, stack: list[_Open]) -> Value:
    (first, last) = _marks(event)
    start, end = first.index, last.index
    properties = _PROPERTIES.match(text, start, end)
    rest = text[end : _next_line(text, end)] if text[end - 1 : end] != "\n" else ""
    is_listed = bool(stack) and not stack[-1].is_table
    return Value(
        path=tuple(one.count if one.key is None else one.key for one in stack),
        start=properties.end() if properties else start,
        end=end,
        line=first.line + 1,
        text=event.value,
        is_text=not event.implicit[0] and event.tag in (None, _STRING, "!"),
        indent=first.column - 1 if is_listed else stack[-1].indent if stack else -1,
        is_inline=bool(rest.strip()) or any(one.is_inline for one in stack),
    )
