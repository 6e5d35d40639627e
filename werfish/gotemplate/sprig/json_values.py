"""Read JSON as Go's ``encoding/json`` does: every number is a ``float64``."""

import json
import math
import re
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.sprig.letters import REPLACEMENT, letters_of
from werfish.gotemplate.values import to_bytes

_SURROGATE = re.compile("[\ud800-\udfff]")


def value_of(text: str) -> Any:
    """Read *text*; GoError where it is not JSON."""
    decoder = json.JSONDecoder(
        parse_int=_float, parse_float=_float, parse_constant=_constant, object_pairs_hook=_map
    )
    whole = "".join(letters_of(text)).strip(" \t\r\n")
    if not whole:
        raise GoError("unexpected end of JSON input")
    try:
        return _without_halves(decoder.decode(whole))
    except json.JSONDecodeError as error:
        raise GoError(_problem(error)) from error
    except RecursionError as error:
        raise GoError("exceeded max depth") from error


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise GoError(f"json: cannot unmarshal number {digits} into Go value of type float64")
    return number


def _constant(word: str) -> Any:
    raise GoError(f"invalid character '{word.lstrip('-')[0]}' looking for beginning of value")


def _map(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs)


def _without_halves(value: Any) -> Any:
    """Replace what is half of a surrogate pair: no letter."""
    if isinstance(value, str):
        return _SURROGATE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_without_halves(item) for item in value]
    if isinstance(value, dict):
        return {_without_halves(key): _without_halves(item) for key, item in value.items()}
    return value


_KEY = "looking for beginning of object key string"
_PROBLEMS = {
    "Expecting value": "looking for beginning of value",
    "Extra data": "after top-level value",
    "Expecting ':' delimiter": "after object key",
    "Expecting property name enclosed in double quotes": _KEY,
    "Invalid control character at": "in string literal",
}
"""What Go says where Python says something else."""


def _problem(error: json.JSONDecodeError) -> str:
    """Word what is wrong, as far as Go would say the same."""
    if error.pos >= len(error.doc):
        return "unexpected end of JSON input"
    character = quote(chr(to_bytes(error.doc[error.pos])[0]), delimiter="'")
    return f"invalid character {character} {_PROBLEMS.get(error.msg, error.msg.lower())}"
