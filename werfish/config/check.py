"""Find everything that is wrong with a section, and say how to mend it."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

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
)
from werfish.config.schema import Key, Section, Shape

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


def problems_of(table: Table, section: Section, where: str, path: str = "") -> Iterator[Problem]:
    """Yield what is wrong with *table*, which *section* describes.

    *where* names the document for people, *path* is the way from there to *table*. What holds
    between keys is judged where the keys themselves are right.
    """
    found = [
        *_repeated(table, where, path),
        *_missing(table, section, where, path),
        *_excluded(table, section, where, path),
        *_entries_problems(table, section, where, path),
    ]
    yield from found
    if section.judge and not found:
        for one in section.judge(table):
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


def nearest(word: str, known: Iterable[str]) -> str:
    """Return that of the *known* words which *word* may be meant to be, or nothing."""
    folded = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else ""


def _missing(table: Table, section: Section, where: str, path: str) -> Iterator[Problem]:
    meant = _meant(table, section)
    for key in section.keys:
        if key.required and not entry_of(table, key.name) and key.name not in meant:
            yield problem(table.position, where, path, f'"{key.name}" is missing')
    for choice in section.choices:
        entries = [entry for name in choice.names if (entry := entry_of(table, name))]
        if choice.required and not entries and meant.isdisjoint(choice.names):
            text = f"{_quoted(choice.names, 'or')} is missing"
            yield problem(table.position, where, path, text)
        elif choice.required and entries and all(is_null(entry.value) for entry in entries):
            entry = entries[0]
            place = _joined(path, entry.key.text)
            yield problem(entry.value.position, where, place, "it is empty")


def _meant(table: Table, section: Section) -> set[str]:
    """Return the keys that unknown ones of *table* may be meant to be: they are not missing too."""
    names = [key.name for key in section.keys]
    strays = (entry.key.text for entry in table.entries if not section.key(entry.key.text))
    return {nearest(stray, names) for stray in strays} - {""}


def _excluded(table: Table, section: Section, where: str, path: str) -> Iterator[Problem]:
    """Yield keys that exclude each other, and keys that need another one."""
    for choice in section.choices:
        given = [name for name in choice.names if value_of(table, name) is not None]
        for name in given[1:]:
            text = f"it excludes {_quoted(given[:1], '')}; keep one of them"
            yield problem(_key_position(table, name), where, _joined(path, name), text)
    for name, needed in section.needs:
        if value_of(table, name) is not None and value_of(table, needed) is None:
            text = f'it makes sense only beside "{needed}", which is missing'
            yield problem(_key_position(table, name), where, _joined(path, name), text)


def _key_position(table: Table, name: str) -> Position:
    entry = entry_of(table, name)
    return entry.key.position if entry else table.position


def _entries_problems(table: Table, section: Section, where: str, path: str) -> Iterator[Problem]:
    for entry in table.entries:
        found = section.key(entry.key.text)
        if found is None:
            text = f'unknown key "{entry.key.text}"; {_advice(entry.key.text, section)}'
            yield problem(entry.key.position, where, path, text)
        else:
            yield from _entry_problems(entry, found, where, _joined(path, found.name))


def _entry_problems(entry: Entry, key: Key, where: str, path: str) -> Iterator[Problem]:
    value = entry.value
    if not is_null(value):
        yield from _value_problems(value, key, where, path)
    elif key.required and not key.optional:
        yield problem(value.position, where, path, "it is empty")


def _value_problems(value: Node, key: Key, where: str, path: str) -> Iterator[Problem]:
    match key.shape, value:
        case ((Shape.TEXT | Shape.TEXTS), Scalar()):
            yield from _judged(value, key, where, path)
        case Shape.NUMBER, Scalar(text=text) if _WHOLE.fullmatch(text):
            yield from _judged(value, key, where, path)
        case Shape.FLAG, Scalar(kind=ScalarKind.FLAG):
            return
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
        wanted = Shape.SECTION if key.shape is Shape.SECTIONS else Shape.TEXT
        match wanted, item:
            case Shape.SECTION, Table():
                if key.section:
                    yield from problems_of(item, key.section, where, place)
            case Shape.TEXT, Scalar() if not is_null(item):
                yield from _judged(item, key, where, place)
            case _:
                yield problem(item.position, where, place, _expected(wanted, item))


def _pairs_problems(table: Table, key: Key, where: str, path: str) -> Iterator[Problem]:
    yield from _repeated(table, where, path)
    for entry in table.entries:
        yield from _judged(entry.key, key, where, path)
        if not isinstance(entry.value, Scalar):
            text = _expected(Shape.TEXT, entry.value)
            yield problem(entry.value.position, where, _joined(path, entry.key.text), text)


def _judged(scalar: Scalar, key: Key, where: str, path: str) -> Iterator[Problem]:
    wrong = key.rule(scalar.text) if key.rule else ""
    if not wrong and key.values and scalar.text not in key.values:
        wrong = _not_among(scalar.text, key.values)
    if wrong:
        yield problem(scalar.position, where, path, wrong)


def _not_among(text: str, values: tuple[str, ...]) -> str:
    meant = nearest(text, values)
    advice = f'did you mean "{meant}"? ' if meant else ""
    return f'"{text}" is not known; {advice}allowed are {", ".join(values)}'


def _repeated(table: Table, where: str, path: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for entry in table.entries:
        name, position = entry.key.text, entry.key.position
        if name in first:
            text = f'key "{name}" is there twice'
            yield problem(position, where, path, text, first=first[name])
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
    return "allowed are " + ", ".join(key.name for key in section.keys)


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


def _quoted(names: Sequence[str], word: str) -> str:
    """Return *names* in quotes, the last one after *word*: ``"a", "b" or "c"``."""
    quoted = [f'"{name}"' for name in names]
    return f" {word} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))


def _joined(path: str, name: str) -> str:
    if not path or not name:
        return path or name
    return f"{path}{name}" if name.startswith("[") else f"{path}.{name}"
