"""Find everything that is wrong with a section, and say how to mend it."""

import difflib
from collections.abc import Iterable, Iterator

from werfish.config.errors import Problem
from werfish.config.nodes import (
    Entry,
    Items,
    Node,
    Position,
    Scalar,
    ScalarKind,
    Table,
    entry_of,
    is_null,
)
from werfish.config.schema import Key, Rule, Section, Shape


def problems_of(table: Table, section: Section, where: str, path: str = "") -> Iterator[Problem]:
    """Yield what is wrong with *table*, which *section* describes.

    *where* names the document for people, *path* is the way from there to *table*.
    """
    yield from _repeated(table, where, path)
    for key in section.keys:
        present = (key.name, *key.instead)
        if key.required and not any(entry_of(table, name) for name in present):
            yield problem(table.position, where, path, f'"{key.name}" is missing')
    for entry in table.entries:
        found = section.key(entry.key.text)
        if found is None:
            text = f'unknown key "{entry.key.text}"; {_advice(entry.key.text, section)}'
            yield problem(entry.key.position, where, path, text)
        else:
            yield from _entry_problems(entry, found, where, _joined(path, found.name))


def problem(position: Position, where: str, path: str, text: str) -> Problem:
    """Return the problem *text* of what stands at *path* in *where*."""
    way = ": ".join(word for word in (where, path) if word)
    return Problem(position.line, position.column, way, text)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return that of the *known* words which *word* may be meant to be, or nothing."""
    folded = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else ""


def _entry_problems(entry: Entry, key: Key, where: str, path: str) -> Iterator[Problem]:
    value = entry.value
    if key.comes_later:
        if not _is_harmless(value, key):
            yield problem(entry.key.position, where, path, "this is not supported yet")
    elif is_null(value):
        if key.required:
            yield problem(value.position, where, path, "it is empty")
    else:
        yield from _value_problems(value, key, where, path)


def _is_harmless(value: Node, key: Key) -> bool:
    match value:
        case Scalar(text=text):
            return is_null(value) or text in key.harmless
        case Items(items=inside) | Table(entries=inside):
            return not inside


def _value_problems(value: Node, key: Key, where: str, path: str) -> Iterator[Problem]:
    match key.shape, value:
        case Shape.ANYTHING, _:
            return
        case Shape.TEXT, Scalar():
            yield from _judged(value, key.rule, where, path)
        case Shape.FLAG, Scalar(kind=ScalarKind.FLAG):
            return
        case Shape.TEXTS, Scalar():
            yield from _judged(value, key.rule, where, path)
        case Shape.TEXTS, Items(items=items):
            yield from _items_problems(items, key, where, path)
        case Shape.PAIRS, Table():
            yield from _pairs_problems(value, key, where, path)
        case Shape.SECTION, Table() if key.section:
            yield from problems_of(value, key.section, where, path)
        case Shape.SECTIONS, Items(items=items):
            yield from _items_problems(items, key, where, path)
        case _:
            yield problem(value.position, where, path, _expected(key.shape, value))


def _items_problems(items: tuple[Node, ...], key: Key, where: str, path: str) -> Iterator[Problem]:
    for number, item in enumerate(items):
        place = f"{path}[{number}]"
        if key.section and isinstance(item, Table):
            yield from problems_of(item, key.section, where, place)
        elif not key.section and isinstance(item, Scalar) and not is_null(item):
            yield from _judged(item, key.rule, where, place)
        else:
            wanted = Shape.SECTION if key.section else Shape.TEXT
            yield problem(item.position, where, place, _expected(wanted, item))


def _pairs_problems(table: Table, key: Key, where: str, path: str) -> Iterator[Problem]:
    yield from _repeated(table, where, path)
    for entry in table.entries:
        yield from _judged(entry.key, key.rule, where, path)
        if not isinstance(entry.value, Scalar):
            text = _expected(Shape.TEXT, entry.value)
            yield problem(entry.value.position, where, _joined(path, entry.key.text), text)


def _judged(scalar: Scalar, rule: Rule | None, where: str, path: str) -> Iterator[Problem]:
    wrong = rule(scalar.text) if rule else ""
    if wrong:
        yield problem(scalar.position, where, path, wrong)


def _repeated(table: Table, where: str, path: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in table.entries:
        name, position = entry.key.text, entry.key.position
        if name in first:
            text = f'key "{name}" is there twice, first in line {first[name]}'
            yield problem(position, where, path, text)
        first.setdefault(name, position.line)


def _advice(name: str, section: Section) -> str:
    if name in section.elsewhere:
        return section.elsewhere[name]
    for key in section.keys:
        if key.section and key.section.key(name):
            return f'it belongs below "{key.name}"'
    meant = nearest(name, [key.name for key in section.keys])
    if meant:
        return f'did you mean "{meant}"?'
    return "allowed are " + ", ".join(key.name for key in section.keys if not key.comes_later)


def _expected(wanted: Shape, found: Node) -> str:
    text = f"{wanted} is expected, not {_described(found)}"
    if wanted in (Shape.TEXT, Shape.TEXTS) and isinstance(found, Table) and found.entries:
        text += f'; quote a text with a colon: "{found.entries[0].key.text}: ..."'
    return text


def _described(node: Node) -> str:
    match node:
        case Items():
            return "a list"
        case Table():
            return "a section"
        case Scalar(text=text):
            return "nothing" if is_null(node) else f'"{text}"'


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
