"""What a YAML document holds, with positions: free of the library that parsed it.

A scalar keeps the text that the user wrote, so that ``8080`` is one where a text is wanted. Anchors
and merges are already resolved.

The functions read a document that was checked (`werfish.config.check`): where something has
another shape than asked for, they answer as if it were not there.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum

from stages.light_dataclass import dataclass


class ScalarKind(StrEnum):
    """What YAML takes a plain scalar for."""

    TEXT = "text"
    FLAG = "flag"
    NULL = "null"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column of the file, counting from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as the *text* that was written; quotes are taken off.

    *tag* is the YAML tag that was written before it (``!!str``); a text that *is_quoted* is
    nothing but text.
    """

    position: Position
    text: str
    kind: ScalarKind = ScalarKind.TEXT
    tag: str = ""
    is_quoted: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    position: Position
    items: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a table and its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with values, in the order of the file; a key that is written twice is here twice."""

    position: Position
    entries: tuple[Entry, ...] = ()


Node = Scalar | Items | Table

_TRUE = frozenset({"true", "yes", "on", "y"})
_WHOLE = re.compile(r"(?P<number>[+-]?(0|[1-9][0-9]{0,17}))(\.0+)?")
"""Also ``1.0``, as werf reads it. Not ``010``, which is 8 to YAML and 10 to people."""


def is_null(node: Node) -> bool:
    """Tell whether *node* is nothing: empty, ``~`` or ``null``."""
    return isinstance(node, Scalar) and node.kind is ScalarKind.NULL


def entry_of(table: Table, key: str) -> Entry | None:
    """Return the entry of *key*, also where its value is nothing."""
    for entry in table.entries:
        if entry.key.text == key:
            return entry
    return None


def key_lines_of(table: Table) -> tuple[tuple[str, int], ...]:
    """Return each key of *table* with its line; a key in werf 1.1's singular in the plural too."""
    lines = {entry.key.text: entry.key.position.line for entry in table.entries}
    if "contextAddFile" in lines:
        lines.setdefault("contextAddFiles", lines["contextAddFile"])
    return tuple(lines.items())


def value_of(table: Table, key: str) -> Node | None:
    """Return the value of *key*, ``None`` where it is absent or nothing."""
    entry = entry_of(table, key)
    return None if entry is None or is_null(entry.value) else entry.value


def text_of(table: Table, key: str) -> str:
    """Return the text of *key*, empty where it is absent or nothing."""
    value = value_of(table, key)
    return value.text if isinstance(value, Scalar) else ""


def flag_of(table: Table, key: str, *, default: bool) -> bool:
    """Return whether *key* is true."""
    value = value_of(table, key)
    return value.text.lower() in _TRUE if isinstance(value, Scalar) else default


def number_of(table: Table, key: str, *, default: int | None = None) -> int | None:
    """Return the whole number of *key*."""
    text = text_of(table, key)
    return whole_number(text) if text else default


def whole_number(text: str) -> int | None:
    """Return the whole number that *text* writes, ``None`` where it writes none."""
    found = _WHOLE.fullmatch(text)
    return int(found["number"]) if found else None


def scalars_of(table: Table, key: str) -> tuple[Scalar, ...]:
    """Return the scalars of *key*: one, or those of a list."""
    value = value_of(table, key)
    found = value.items if isinstance(value, Items) else (value,)
    return tuple(item for item in found if isinstance(item, Scalar))


def texts_of(table: Table, key: str) -> tuple[str, ...]:
    """Return the texts of *key*: one, or those of a list."""
    return tuple(scalar.text for scalar in scalars_of(table, key))


def pairs_of(table: Table, key: str) -> tuple[tuple[str, str], ...]:
    """Return the names and texts below *key*; a name with nothing has the empty text."""
    return tuple(_pairs(table_of(table, key)))


def table_of(table: Table, key: str) -> Table:
    """Return the table at *key*, an empty one where it is absent."""
    value = value_of(table, key)
    return value if isinstance(value, Table) else Table(table.position)


def tables_of(table: Table, key: str) -> tuple[Table, ...]:
    """Return the tables in the list at *key*."""
    value = value_of(table, key)
    found = value.items if isinstance(value, Items) else ()
    return tuple(item for item in found if isinstance(item, Table))


def _pairs(table: Table) -> Iterator[tuple[str, str]]:
    for entry in table.entries:
        if isinstance(entry.value, Scalar):
            yield entry.key.text, "" if is_null(entry.value) else entry.value.text
