"""A model written for people: one field a line, what has its default left out."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any

_OWN = ("directory", "path", "lines")
"""Fields of a project that say where it was read, not what it says."""


def dumped(model: Any) -> str:
    """Return *model*, a dataclass, as text with an indented line for each field."""
    return "\n".join(_fields(model)) + "\n"


def _fields(model: Any) -> Iterator[str]:
    yield type(model).__name__
    for field in filter(lambda one: one.repr, fields(model)):
        value = getattr(model, field.name)
        if not _is_default(field, value) and field.name not in (
            _OWN if "directory" in model.__slots__ else ()
        ):
            yield from (f"  {line}" for line in _field(field.name, value))


def _is_default(field: "Field[Any]", value: Any) -> bool:
    return field.default is not MISSING and field.default == value


def _field(name: str, value: Any) -> Iterator[str]:
    if is_dataclass(value):
        first, *others = _fields(value)
        yield f"{name}: {first}"
        yield from others
    elif isinstance(value, tuple) and value and (is_dataclass(value[0]) or _is_pair(value[0])):
        yield f"{name}:"
        for one in value:
            yield from _item(one)
    elif isinstance(value, tuple):
        yield f"{name}: [{', '.join(_shown(one) for one in value)}]"
    else:
        yield f"{name}: {_shown(value)}"


def _item(value: Any) -> Iterator[str]:
    if not is_dataclass(value):
        yield f"- {_shown(value[0])} = {_shown(value[1])}"
        return
    first, *others = _fields(value)
    yield f"- {first}"
    yield from (f"  {line.removeprefix('  ')}" for line in others)


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2


def _shown(value: Any) -> str:
    return value.name if isinstance(value, Enum) else repr(value)
