"""Short ways to render a template in a test."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import GoError, TemplateError
from werfish.gotemplate.formatting import sprint
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.values import Int32, Int64, Map, Slice, Uint8, strings, to_bytes, type_name


def _fail(message: str) -> Any:
    raise GoError(message)


def _pairs(*arguments: Any) -> dict[str, Any]:
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


def _split(separator: str, text: str) -> Map:
    parts = enumerate(text.split(separator))
    return Map("map[string]string", {f"_{place}": part for place, part in parts})


def _joiner() -> Function:
    return function(lambda first, *rest: sprint(first, strings(rest)), "int", "...string")


FUNCTIONS: dict[str, Function] = {
    "list": function(lambda *items: list(items), "...any"),
    "dict": function(_pairs, "...any"),
    "upper": function(lambda text: text.upper(), "string"),
    "fail": function(_fail, "string"),
    "int64": function(Int64, "int"),
    "u8": function(Uint8, "int"),
    "i32": function(Int32, "int"),
    "bytes": function(to_bytes, "string"),
    "until": function(lambda count: Slice("[]int", range(count)), "int"),
    "split": function(_split, "string", "string"),
    "tostr": function(lambda text: text, "string"),
    "half": function(lambda number: number / 2, "float64"),
    "typeOf": function(type_name, "any"),
    "fn": function(_joiner),
}
"""A few functions of each kind, so that these tests rest on the engine alone."""


def render(text: str, data: Any = None, templates: Mapping[str, str] | None = None) -> str:
    """Return what *text* prints of *data*; it is the template ``t``, beside *templates*."""
    known = TemplateSet("t", FUNCTIONS)
    for name, other in (templates or {}).items():
        known.parse(name, other)
    known.parse("t", text)
    return known.render("t", data)


def error_of(text: str, data: Any = None, templates: Mapping[str, str] | None = None) -> str:
    """Return the error of rendering *text*; a template without an error fails the test."""
    try:
        printed = render(text, data, templates)
    except TemplateError as error:
        return str(error)
    raise AssertionError(f"no error, but {printed!r}")


def golden(name: str) -> Any:
    """Return what Go printed, from the file *name*: templates, outputs and errors."""
    return json.loads((Path(__file__).parent / "golden" / name).read_text("utf-8"))
