"""The functions of sprig that work on text."""

from collections.abc import Callable, Mapping
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig import cases, cutting, wording
from werfish.gotemplate.sprig.letters import SPACES
from werfish.gotemplate.sprig.text import string_of, strings_of
from werfish.gotemplate.values import Map, strings, to_bytes

_LONGEST = 2**27
"""No template repeats a text to more letters than this: it would end time and memory first."""


def repeat(count: int, text: str) -> str:
    """Write *text* *count* times."""
    if count < 0:
        raise GoError("strings: negative Repeat count")
    if count * len(text) > _LONGEST:
        raise GoError("strings: Repeat output length overflow")
    return text * count


def quote_all(*values: Any) -> str:
    """Quote each value as Go writes a string; nil is left out."""
    return " ".join(quote(string_of(value)) for value in values if value is not None)


def squote_all(*values: Any) -> str:
    """Put each value between single quotes, which are not escaped; nil is left out."""
    return " ".join(f"'{text_of(value)}'" for value in values if value is not None)


def cat(*values: Any) -> str:
    """Write the values with a space between any two; nil is left out."""
    return " ".join(text_of(value) for value in values if value is not None)


def indent(spaces: int, text: str) -> str:
    """Put *spaces* spaces before every line, empty ones too."""
    pad = repeat(spaces, " ")
    if spaces * text.count("\n") > _LONGEST:
        raise GoError("strings: Repeat output length overflow")
    return pad + text.replace("\n", "\n" + pad)


def split_list(separator: str, text: str) -> list[str]:
    """Split *text*; without a separator, into its letters."""
    return text.split(separator) if separator else list(text)


def split_first(separator: str, count: int, text: str) -> list[str]:
    """Split *text* into at most *count* pieces; a negative *count* is no limit."""
    if count < 0:
        return split_list(separator, text)
    if count == 0:
        return []
    if separator:
        return text.split(separator, count - 1)
    return [*text[: count - 1], text[count - 1 :]] if len(text) > count else list(text)


def _numbered(pieces: list[str]) -> Map:
    """Return the pieces under ``_0``, ``_1``, ...: fields that a template can write."""
    return Map("map[string]string", {f"_{at}": piece for at, piece in enumerate(pieces)})


def sort_alpha(value: Any) -> list[str]:
    """Return the items as text, sorted by their bytes."""
    return sorted(strings_of(value), key=to_bytes) if value is not None else [string_of(None)]


_TEXT_TO_TEXT: Mapping[str, Callable[[str], str]] = {
    "upper": cases.upper,
    "lower": cases.lower,
    "title": cases.title,
    "untitle": cases.untitle,
    "swapcase": cases.swapcase,
    "initials": cases.initials,
    "nospace": cases.nospace,
    "snakecase": wording.snakecase,
    "camelcase": wording.camelcase,
    "kebabcase": wording.kebabcase,
    "trim": lambda text: text.strip(SPACES),
}
_TWO_TEXTS: Mapping[str, Callable[[str, str], Any]] = {
    "trimall": lambda letters, text: text.strip(letters),
    "trimAll": lambda letters, text: text.strip(letters),
    "trimSuffix": lambda end, text: text.removesuffix(end),
    "trimPrefix": lambda start, text: text.removeprefix(start),
    "contains": lambda part, text: part in text,
    "hasPrefix": lambda start, text: text.startswith(start),
    "hasSuffix": lambda end, text: text.endswith(end),
    "split": lambda separator, text: _numbered(split_list(separator, text)),
    "splitList": lambda separator, text: strings(split_list(separator, text)),
}

FUNCTIONS: dict[str, Function] = {
    **{name: function(call, "string") for name, call in _TEXT_TO_TEXT.items()},
    **{name: function(call, "string", "string") for name, call in _TWO_TEXTS.items()},
    "trunc": function(cutting.trunc, "int", "string"),
    "abbrev": function(cutting.abbrev, "int", "string"),
    "abbrevboth": function(cutting.abbrevboth, "int", "int", "string"),
    "substr": function(cutting.substr, "int", "int", "string"),
    "wrap": function(cutting.wrap, "int", "string"),
    "wrapWith": function(cutting.wrap_with, "int", "string", "string"),
    "repeat": function(repeat, "int", "string"),
    "quote": function(quote_all, "...any"),
    "squote": function(squote_all, "...any"),
    "cat": function(cat, "...any"),
    "indent": function(indent, "int", "string"),
    "nindent": function(lambda spaces, text: "\n" + indent(spaces, text), "int", "string"),
    "replace": function(
        lambda old, new, text: text.replace(old, new), "string", "string", "string"
    ),
    "plural": function(
        lambda one, many, count: one if count == 1 else many, "string", "string", "int"
    ),
    "splitn": function(
        lambda separator, count, text: _numbered(split_first(separator, count, text)),
        "string",
        "int",
        "string",
    ),
    "toString": function(string_of, "any"),
    "toStrings": function(lambda value: strings(strings_of(value)), "any"),
    "join": function(lambda separator, value: separator.join(strings_of(value)), "string", "any"),
    "sortAlpha": function(lambda value: strings(sort_alpha(value)), "any"),
    "hello": function(lambda: "Hello!"),
}
"""Everything about text that needs nothing from outside; randomness is in `chance`."""
