"""The JSON Schema of werf.yaml, for editors, made of the same tables that `check` reads.

A schema sees one document at a time and nothing between documents; what it allows may still be
wrong for `check`, and never the other way round.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werfish.config.image import ARTIFACT, IMAGE
from werfish.config.image_dockerfile import DOCKERFILE_IMAGE
from werfish.config.meta import META
from werfish.config.rules import PATTERNS
from werfish.config.schema import Choice, Key, Section, Shape

DRAFT = "http://json-schema.org/draft-07/schema#"

Schema = dict[str, Any]

_TEXT = ("string", "number", "boolean")
_FLAG_WORDS = "y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF"
"""Truths of YAML 1.1, which editors take for texts."""

_FLAG: Schema = {"type": ["boolean", "string"], "pattern": f"^({_FLAG_WORDS})$"}
_DEFINITIONS = {
    "meta": META,
    "dockerfileImage": DOCKERFILE_IMAGE,
    "artifact": ARTIFACT,
    "stapelImage": IMAGE,
}
_MARKS = {
    "meta": ("configVersion", "project"),
    "dockerfileImage": ("dockerfile",),
    "artifact": ("artifact",),
}
"""The keys by which a document is known; one with none of them is a Stapel image."""


def json_schema() -> Schema:
    """Return the schema of one document of werf.yaml."""
    return {
        "$schema": DRAFT,
        "title": "werf.yaml",
        "description": "A project of werf or werfish: a document that describes the project, and "
        "one for each image.",
        "type": "object",
        **_by_marks(list(_MARKS)),
        "definitions": {name: _section(one) for one, name in _NAMES.items()},
    }


def _named(sections: Mapping[str, Section]) -> dict[Section, str]:
    """Return every section below *sections*, each once, with the name of its definition."""
    named: dict[Section, str] = {}
    left = list(sections.items())
    while left:
        name, section = left.pop(0)
        if section not in named:
            named[section] = _free(name, set(named.values()))
            left += [(key.name, key.section) for key in section.keys if key.section]
    return named


def _free(name: str, taken: set[str]) -> str:
    numbers = itertools.chain([""], map(str, itertools.count(2)))
    return next(name + number for number in numbers if name + number not in taken)


_NAMES = _named(_DEFINITIONS)


def _section(section: Section) -> Schema:
    required = [key.name for key in section.keys if key.required]
    between = [_choice(one) for one in section.choices]
    between += [{"if": _given(key), "then": _given(needed)} for key, needed in section.needs]
    return {
        "type": "object",
        "additionalProperties": section.is_open,
        "properties": {key.name: _key(key) for key in section.keys},
        **({"required": required} if required else {}),
        **({"allOf": between} if between else {}),
    }


def _by_marks(names: Sequence[str]) -> Schema:
    if not names:
        return _table(IMAGE)
    first, *others = names
    marks = [{"required": [mark]} for mark in _MARKS[first]]
    return {
        "if": {"anyOf": marks} if len(marks) > 1 else marks[0],
        "then": _table(_DEFINITIONS[first]),
        "else": _by_marks(others),
    }


def _key(key: Key) -> Schema:
    """Return the schema of the value of *key*; nothing is as good as leaving it out."""
    value = _value(key)
    if not key.required or key.optional:
        value = {"anyOf": [value, {"type": "null"}]}
    said: Schema = {"description": key.summary} if key.summary else {}
    if key.default:
        said["default"] = _default(key)
    if key.old:
        said["deprecationMessage"] = key.old
    return said | value


def _default(key: Key) -> Any:
    if key.shape is Shape.FLAG:
        return key.default == "true"
    return int(key.default) if key.shape is Shape.NUMBER else key.default


def _value(key: Key) -> Schema:
    if key.shape is Shape.TEXTS:
        return {"anyOf": [_text(key), {"type": "array", "items": _text(key)}]}
    if key.shape is Shape.SECTIONS:
        return {"type": "array", "items": _table(key.section)}
    return _ONE[key.shape](key)


def _table(section: Section | None) -> Schema:
    return {"$ref": f"#/definitions/{_NAMES[section]}"} if section else {"type": "object"}


def _text(key: Key) -> Schema:
    if key.values:
        return {"enum": list(key.values)}
    pattern = PATTERNS.get(key.rule) if key.rule else None
    return {"type": list(_TEXT)} | ({"pattern": pattern} if pattern else {})


def _number(key: Key) -> Schema:
    if key.values:
        return {"enum": [*map(int, key.values), *key.values]}
    return {"type": ["integer", "string"], "pattern": "^[+-]?[0-9]+$"}


def _pairs(key: Key) -> Schema:
    pattern = PATTERNS.get(key.rule) if key.rule else None
    names: Schema = {"propertyNames": {"pattern": pattern}} if pattern else {}
    return {"type": "object", "additionalProperties": {"type": [*_TEXT, "null"]}} | names


def _given(name: str) -> Schema:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _choice(choice: Choice) -> Schema:
    given = [_given(name) for name in choice.names]
    return {"oneOf": given if choice.required else [*given, {"not": {"anyOf": given}}]}


_ONE: Mapping[Shape, Callable[[Key], Schema]] = {
    Shape.TEXT: _text,
    Shape.NUMBER: _number,
    Shape.FLAG: lambda _: _FLAG,
    Shape.PAIRS: _pairs,
    Shape.SECTION: lambda key: _table(key.section),
}
