"""Find everything that is wrong with a section, and say how to mend it."""

from collections.abc import Iterator
from dataclasses import replace

from werfish.config.advice import advice_on, expected, meant_keys, not_among, quoted
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
    value_of,
    whole_number,
)
from werfish.config.schema import Key, Section, Shape

_NUL = "\0"
_HAS_NUL = "it holds a NUL character, which no path, variable or command can; take it out"


def problems_of(table: Table, section: Section, where: str, path: str = "") -> Iterator[Problem]:
    """Yield what is wrong with *table*, which *section* describes.

    *where* names the document for people, *path* is the way from there to *table*. What holds
    between keys is judged where the keys themselves are right.
    """
    found = [
        *_repeated(table, where, path),
        *_missing(table, section, where, path),
        *_excluded(table, section, where, path),
    ]
    right: list[Entry] = []
    for entry in table.entries:
        wrong = list(_entry_problems(entry, section, where, path))
        found.extend(wrong)
        if not wrong:
            right.append(entry)
    yield from found
    if section.judge and (section.is_judged_in_part or not found):
        for one in section.judge(Table(table.position, tuple(right))):
            place = _joined(path, one.path)
            yield problem(one.node.position, where, place, one.text, first=one.first)


def old_keys_of(table: Table, section: Section, where: str, path: str = "") -> Iterator[Problem]:
    """Yield a word on each key of *table* that still works but has a successor."""
    for entry in table.entries:
        key = section.key(entry.key.text)
        if key is None or is_null(entry.value):
            continue
        place = _joined(path, key.name)
        if key.old:
            yield problem(entry.key.position, where, place, key.old)
        if key.section:
            for number, inside in _tables_in(entry.value):
                below = place if number is None else f"{place}[{number}]"
                yield from old_keys_of(inside, key.section, where, below)


def _tables_in(value: Node) -> Iterator[tuple[int | None, Table]]:
    if isinstance(value, Table):
        yield None, value
    elif isinstance(value, Items):
        yield from ((n, one) for n, one in enumerate(value.items) if isinstance(one, Table))


def problem(position: Position, where: str, path: str, text: str, *, first: int = 0) -> Problem:
    """Return the problem *text* of what stands at *path* in *where*; *first* is as in `Problem`."""
    way = ": ".join(word for word in (where, path) if word)
    return Problem(position.line, position.column, way, text, first)


def _missing(table: Table, section: Section, where: str, path: str) -> Iterator[Problem]:
    meant = meant_keys(table, section)
    for key in section.keys:
        if key.required and not entry_of(table, key.name) and key.name not in meant:
            yield problem(table.position, where, path, f'"{key.name}" is missing')
    for choice in section.choices:
        entries = [entry for name in choice.names if (entry := entry_of(table, name))]
        if choice.required and not entries and meant.isdisjoint(choice.names):
            text = f"{quoted(choice.wanted or choice.names, 'or')} is missing"
            yield problem(table.position, where, path, text)
        elif choice.required and entries and all(is_null(entry.value) for entry in entries):
            entry = entries[0]
            place = _joined(path, entry.key.text)
            yield problem(entry.value.position, where, place, "it is empty")


def _excluded(table: Table, section: Section, where: str, path: str) -> Iterator[Problem]:
    """Yield keys that exclude each other, and keys that need another one."""
    for choice in section.choices:
        names = dict.fromkeys(entry.key.text for entry in table.entries)
        given = [name for name in names if name in choice.names and value_of(table, name)]
        for name in given[1:]:
            text = f"it excludes {quoted(given[:1], '')}; keep one of them"
            yield problem(_key_position(table, name), where, _joined(path, name), text)
    for name, needed in section.needs:
        if value_of(table, name) is not None and value_of(table, needed) is None:
            text = f'it makes sense only beside "{needed}", which is missing'
            yield problem(_key_position(table, name), where, _joined(path, name), text)


def _key_position(table: Table, name: str) -> Position:
    entry = entry_of(table, name)
    return entry.key.position if entry else table.position


def _entry_problems(entry: Entry, section: Section, where: str, path: str) -> Iterator[Problem]:
    name, value = entry.key.text, entry.value
    key = section.key(name)
    if key is None:
        if not section.is_open:
            text = f'unknown key "{name}"; {advice_on(name, section)}'
            yield problem(entry.key.position, where, path, text)
    elif not is_null(value):
        yield from _value_problems(value, key, where, _joined(path, name))
    elif key.required and not key.optional:
        yield problem(value.position, where, _joined(path, name), "it is empty")


def _value_problems(value: Node, key: Key, where: str, path: str) -> Iterator[Problem]:
    match key.shape, value:
        case ((Shape.TEXT | Shape.TEXTS), Scalar()):
            yield from _judged(value, key, where, path)
        case Shape.NUMBER, Scalar(text=text) if (number := whole_number(text)) is not None:
            yield from _judged(replace(value, text=str(number)), key, where, path)
        case Shape.FLAG, Scalar(kind=ScalarKind.FLAG):
            return
        case Shape.TEXTS, Items(items=()) if key.required:
            yield problem(value.position, where, path, "it is empty")
        case Shape.TEXTS, Items(items=items):
            yield from _items_problems(items, key, where, path)
        case Shape.PAIRS, Table():
            yield from _pairs_problems(value, key, where, path)
        case Shape.SECTION, Table() if key.section:
            yield from problems_of(value, key.section, where, path)
        case Shape.SECTIONS, Items(items=items):
            yield from _items_problems(items, key, where, path)
        case _:
            yield problem(value.position, where, path, expected(key.shape, value))


def _items_problems(items: tuple[Node, ...], key: Key, where: str, path: str) -> Iterator[Problem]:
    for number, item in enumerate(items):
        place = f"{path}[{number}]"
        wanted = Shape.SECTION if key.shape is Shape.SECTIONS else Shape.TEXT
        match wanted, item:
            case Shape.SECTION, Table():
                if key.section:
                    yield from problems_of(item, key.section, where, place)
            case Shape.TEXT, Scalar() if not is_null(item):
                yield from _judged(item, key, where, place)
            case _:
                yield problem(item.position, where, place, expected(wanted, item))


def _pairs_problems(table: Table, key: Key, where: str, path: str) -> Iterator[Problem]:
    yield from _repeated(table, where, path)
    for entry in table.entries:
        yield from _judged(entry.key, key, where, path)
        place = _joined(path, entry.key.text)
        if not isinstance(entry.value, Scalar):
            text = expected(Shape.TEXT, entry.value)
            yield problem(entry.value.position, where, place, text)
        elif _NUL in entry.value.text:
            yield problem(entry.value.position, where, place, _HAS_NUL)


def _judged(scalar: Scalar, key: Key, where: str, path: str) -> Iterator[Problem]:
    wrong = key.rule(scalar.text) if key.rule else ""
    if not wrong and key.values and scalar.text not in key.values:
        wrong = not_among(scalar.text, key.values)
    if _NUL in scalar.text:
        wrong = _HAS_NUL
    if wrong:
        yield problem(scalar.position, where, path, wrong)


def _repeated(table: Table, where: str, path: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in table.entries:
        name, position = entry.key.text, entry.key.position
        if name in first:
            text = f'key "{name}" is there twice'
            yield problem(position, where, path, text, first=first[name])
        first.setdefault(name, position.line)


def _joined(path: str, name: str) -> str:
    if not path or not name:
        return path or name
    return f"{path}{name}" if name.startswith("[") else f"{path}.{name}"
