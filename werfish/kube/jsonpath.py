"""The part of Kubernetes' JSONPath that says where in a status something stands. Pure.

``{.a.b}``, ``['a.b/c']`` or ``.a\\.b`` for names with dots, ``[0]``, ``[-1]``, ``[*]``, and filters
``[?(@.type=="Ready")]`` with ``==``, ``!=`` or the mere path. Braces and a leading ``$`` may be
left out. Nothing is evaluated but this. Source: kubernetes.io, "JSONPath Support".
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from stages.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A field of an object; `EVERY` for all of them, or of all members of a list."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """A member of a list, from its end where negative."""

    number: int


@dataclass(frozen=True, slots=True)
class Filter:
    """The members of a list whose *path* has *literal* (or not); with ``None``: has anything."""

    path: "JsonPath"
    is_equal: bool = True
    literal: str | None = None


EVERY = Name("*")
Step = Name | Index | Filter


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A path, step by step."""

    steps: tuple[Step, ...]


_STEP = re.compile(
    r"""\.?\[\?\(\s*@(?P<inner>(?:\.[^\s=!\])]+|\['[^']*'\])+)\s*
        (?:(?P<operator>==|!=)\s*(?P<literal>"[^"]*"|'[^']*'|[\w.+-]+)\s*)?\)\]
      | \.?\[(?P<index>-?\d{1,9})\]
      | \.?\[\s*(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)")\s*\]
      | (?P<every>\.\*|\.?\[\*\])
      | \.(?P<name>(?:[^.\[\]{}\\\s*]|\\.)+)""",
    re.VERBOSE,
)


def parse_path(text: str) -> JsonPath:
    """Return the path that *text* writes; ValueError with the place where it is none."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1].strip()
    inner = inner.removeprefix("$")
    if inner and inner[0] not in ".[":
        inner = f".{inner}"
    if not inner or inner == ".":
        raise ValueError(f'"{text}" names no field')
    return JsonPath(tuple(_steps(inner, text)))


def values_at(path: JsonPath, document: object) -> tuple[object, ...]:
    """Return everything that stands at *path* in *document*; nothing (null) is not there."""
    found: Iterable[object] = (document,)
    for step in path.steps:
        found = [after for before in found for after in _taken(step, before)]
    return tuple(one for one in found if one is not None)


def text_of(value: object) -> str:
    """Return a scalar as texts are compared: ``true``, ``3``; empty for lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _steps(inner: str, text: str) -> Iterator[Step]:
    at = 0
    while at < len(inner):
        found = _STEP.match(inner, at)
        if found is None:
            raise ValueError(f'"{text}" is not understood from "{inner[at:]}" on')
        yield _step(found)
        at = found.end()


def _step(found: "re.Match[str]") -> Step:
    if found["every"]:
        return EVERY
    if found["index"]:
        return Index(int(found["index"]))
    if found["inner"]:
        literal = found["literal"]
        path = parse_path(found["inner"])
        is_equal = found["operator"] != "!="
        return Filter(path, is_equal, None if literal is None else literal.strip("\"'"))
    if found["name"]:
        return Name(re.sub(r"\\(.)", r"\1", found["name"]))
    return Name(found["single"] if found["single"] is not None else found["double"])


def _taken(step: Step, value: object) -> Iterator[object]:
    members = value if isinstance(value, list | tuple) else ()
    match step:
        case Index(number):
            if -len(members) <= number < len(members):
                yield members[number]
        case Filter():
            yield from (one for one in members if _passes(step, one))
        case Name() if step is EVERY:
            yield from value.values() if isinstance(value, Mapping) else members
        case Name(name):
            if isinstance(value, Mapping):
                yield value.get(name)


def _passes(step: Filter, value: object) -> bool:
    found = [text_of(one) for one in values_at(step.path, value)]
    if step.literal is None:
        return bool(found)
    return (step.literal in found) is step.is_equal
