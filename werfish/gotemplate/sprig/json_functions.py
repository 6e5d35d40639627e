"""The functions of sprig about JSON."""

from collections.abc import Callable
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.json_text import json_of
from werfish.gotemplate.sprig.json_values import value_of


def _or_empty(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Write an empty text where JSON cannot say the value."""

    def written(value: Any) -> str:
        try:
            return write(value)
        except GoError:
            return ""

    return written


def _plain(value: Any) -> str:
    return json_of(value)


def _pretty(value: Any) -> str:
    return json_of(value, indent="  ")


def _raw(value: Any) -> str:
    return json_of(value, html=False)


def _value_or_nil(text: str) -> Any:
    try:
        return value_of(text)
    except GoError:
        return None


FUNCTIONS: dict[str, Function] = {
    "fromJson": function(_value_or_nil, "string"),
    "mustFromJson": function(value_of, "string"),
    "toJson": function(_or_empty(_plain), "any"),
    "toPrettyJson": function(_or_empty(_pretty), "any"),
    "toRawJson": function(_raw, "any"),
    "mustToJson": function(_plain, "any"),
    "mustToPrettyJson": function(_pretty, "any"),
    "mustToRawJson": function(_raw, "any"),
}
