"""Put the events of a YAML parser together to nodes, resolving anchors and merges.

The library's own composer is recursive in C: a few kilobytes of brackets end the process.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from stages.light_dataclass import dataclass
from werfish.config.nodes import Entry, Items, Node, Position, Scalar, ScalarKind, Table

if TYPE_CHECKING:
    from yaml.events import Event, ScalarEvent

MOST_LEVELS = 50
"""How deep lists and tables may stand in each other, those that aliases bring in included."""

MOST_REPEATED = 100_000
"""How many values all aliases of a document may bring in. Aliases of aliases multiply: thirty lines
of them can stand for more values than any walk over them would end with."""

_PLAIN_KINDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ScalarKind.NULL),
    **{
        form: ScalarKind.FLAG
        for word in ("true", "false", "yes", "no", "on", "off", "y", "n")
        for form in (word, word.title(), word.upper())
    },
    "<<": ScalarKind.MERGE,
}


class UnfitError(Exception):
    """It is YAML, but nothing that a configuration can be made of; `parse` tells the user."""

    def __init__(self, position: Position, text: str) -> None:
        """Keep the *position* beside the *text*."""
        super().__init__(text)
        self.position = position


@dataclass(slots=True)
class _Open:
    """A list or table whose end has not come: the nodes in it, of a table keys and values.

    *size* counts the values in it and *levels* how deep they stand, as if aliases were written out.
    """

    position: Position
    anchor: str | None = None
    is_table: bool = False
    nodes: list[Node] = field(default_factory=list)
    size: int = 1
    levels: int = 1


class _Anchored(NamedTuple):
    """A node that aliases bring in, with the size and levels that they bring."""

    node: Node
    size: int = 1
    levels: int = 0


@dataclass(slots=True)
class _Anchors:
    """What is anchored so far, and how many values aliases have brought in."""

    known: dict[str, _Anchored] = field(default_factory=dict)
    repeated: int = 0


def compose(text: str, lines_before: int = 0) -> Node | None:
    """Return what the one document in *text* holds, ``None`` where that is nothing.

    *lines_before* are added to the lines of positions. An error of the YAML library goes through.
    """
    from yaml import events

    root = _Open(Position(lines_before + 1, 1))
    stack, anchors = [root], _Anchors()
    for event in _events(text):
        position = _position(event, lines_before)
        if isinstance(event, events.CollectionStartEvent):
            is_table = isinstance(event, events.MappingStartEvent)
            stack.append(_Open(position, event.anchor, is_table))
            _require_shallow(len(stack) - 1, position)
        elif isinstance(event, events.CollectionEndEvent):
            closed = stack.pop()
            added = _Anchored(_closed(closed), closed.size, closed.levels)
            _add(added, closed.anchor, stack[-1], anchors)
        elif isinstance(event, events.ScalarEvent):
            _add(_Anchored(_scalar(event, position)), event.anchor, stack[-1], anchors)
        elif isinstance(event, events.AliasEvent):
            found = _anchored(event.anchor, anchors, position)
            _require_shallow(len(stack) - 1 + found.levels, position)
            _add(found, None, stack[-1], anchors)
        elif isinstance(event, events.DocumentStartEvent) and root.nodes:
            raise UnfitError(position, "another document begins here: write --- alone in a line")
    return root.nodes[0] if root.nodes else None


_MARK = re.compile("^\ufeff", re.MULTILINE)
"""A byte order mark where a line begins: a template may print one with a file that it includes.
The YAML library of werf takes it there, ours only where the text begins."""


def _events(text: str) -> "Iterator[Event]":
    import yaml

    yield from yaml.parse(_MARK.sub("", text), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _position(event: "Event", lines_before: int) -> Position:
    mark = event.start_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    return Position(lines_before + line + 1, column + 1)


def _require_shallow(levels: int, position: Position) -> None:
    if levels > MOST_LEVELS:
        raise UnfitError(position, f"more than {MOST_LEVELS} levels in each other")


def _add(added: _Anchored, anchor: str | None, parent: _Open, anchors: _Anchors) -> None:
    parent.nodes.append(added.node)
    parent.size += added.size
    parent.levels = max(parent.levels, added.levels + 1)
    if anchor is not None:
        anchors.known[anchor] = added


def _anchored(anchor: str | None, anchors: _Anchors, position: Position) -> _Anchored:
    if anchor is None or anchor not in anchors.known:
        raise UnfitError(position, f'nothing marked "&{anchor}" ends before this in the document')
    found = anchors.known[anchor]
    anchors.repeated += found.size
    if anchors.repeated > MOST_REPEATED:
        text = f'with "*{anchor}" the aliases bring in more than {MOST_REPEATED} values, too many'
        raise UnfitError(position, text)
    return found


def _scalar(event: "ScalarEvent", position: Position) -> Scalar:
    is_plain = bool(event.implicit[0])
    kind = _PLAIN_KINDS.get(event.value, ScalarKind.TEXT) if is_plain else ScalarKind.TEXT
    return Scalar(position, event.value, kind, event.tag or "", not is_plain and not event.tag)


def _closed(opened: _Open) -> Items | Table:
    if not opened.is_table:
        return Items(opened.position, tuple(opened.nodes))
    own, merged = list[Entry](), list[Entry]()
    for key, value in zip(opened.nodes[::2], opened.nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise UnfitError(
                key.position, "a key must be a text; quote a text that begins with { or ["
            )
        if key.kind is ScalarKind.MERGE:
            merged.extend(_merged(value))
        else:
            own.append(Entry(key, value))
    return Table(opened.position, (*own, *_first_of_each(own, merged)))


def _merged(value: Node) -> Iterator[Entry]:
    for table in value.items if isinstance(value, Items) else (value,):
        if not isinstance(table, Table):
            raise UnfitError(table.position, "only a section can be merged by <<")
        yield from table.entries


def _first_of_each(own: list[Entry], merged: list[Entry]) -> Iterator[Entry]:
    seen = {entry.key.text for entry in own}
    for entry in merged:
        if entry.key.text not in seen:
            seen.add(entry.key.text)
            yield entry
