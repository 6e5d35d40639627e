"""The functions that every template has: Go's ``text/template`` built-ins."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote_plus

from werfish.gotemplate.comparing import equal, greater, less, less_or_equal
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import sprint, sprintf, sprintln
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.types import INTEGER_KINDS, GoType
from werfish.gotemplate.values import (
    MISSING,
    Slice,
    Uint8,
    any_key,
    from_bytes,
    kind_of,
    number_as,
    to_bytes,
    truth,
    type_name,
    type_of,
    zero_of,
)


def _refuse_nil(action: str, item: Any) -> None:
    if item is None or item is MISSING:
        raise GoError(f"{action} of untyped nil")


def index(item: Any, *indexes: Any) -> Any:
    """Return ``item[i][j]...``: of a map the zero value where the key is absent."""
    _refuse_nil("index", item)
    for each in indexes:
        if item is None:
            raise GoError("index of nil pointer")
        item = _index(item, None if each is MISSING else each)
    return item


def _index(item: Any, at: Any) -> Any:
    kind = kind_of(item)
    if kind == "map":
        return _map_index(item, at)
    if kind not in {"slice", "string"}:
        raise GoError(f"can't index item of type {type_name(item)}")
    data = to_bytes(item) if kind == "string" else item
    position = _position(at, len(data))
    if position == len(data):
        # Go lets this one through to the runtime, which has other words for it.
        if kind == "string":
            raise GoError("reflect: string index out of range")
        raise GoError("reflect: slice index out of range")
    found = data[position]
    return Uint8(found) if isinstance(data, bytes) else found


def _map_index(item: Any, key: Any) -> Any:
    known = type_of(item)
    key_type, element = (known.key, known.element) if known else (None, None)
    key = as_argument(key, key_type) if key_type else key
    if key_type and key_type.kind == "interface":
        key = any_key(key)
    if key in item:
        return item[key]
    return zero_of(element) if element else None


def as_argument(value: Any, wanted: GoType) -> Any:
    """Return *value* as an argument of type *wanted*, as ``index`` and ``call`` take it."""
    known = type_of(value)
    if known is None:
        if not wanted.can_be_nil:
            raise GoError(f"value is nil; should be of type {wanted}")
        return zero_of(wanted)
    if wanted.kind == "interface" or known == wanted:
        return value
    if known.kind in INTEGER_KINDS and wanted.kind in INTEGER_KINDS:
        return number_as(wanted, value)
    raise GoError(f"value has type {known}; should be {wanted}")


def _position(at: Any, limit: int) -> int:
    if at is None or at is MISSING:
        raise GoError("cannot index slice/array with nil")
    if kind_of(at) not in INTEGER_KINDS:
        raise GoError(f"cannot index slice/array with type {type_name(at)}")
    if not 0 <= int(at) <= limit:
        raise GoError(f"index out of range: {int(at)}")
    return int(at)


def slice_(item: Any, *indexes: Any) -> Any:
    """Return ``item[i:j]``; of a string its bytes."""
    _refuse_nil("slice", item)
    if len(indexes) > 3:
        raise GoError(f"too many slice indexes: {len(indexes)}")
    kind = kind_of(item)
    if kind == "string" and len(indexes) == 3:
        raise GoError("cannot 3-index slice a string")
    if kind not in {"string", "slice"}:
        raise GoError(f"can't slice item of type {type_name(item)}")
    data = to_bytes(item) if kind == "string" else item
    places = [_position(each, len(data)) for each in indexes]
    _check_order(places if len(places) > 1 else [*places, len(data)])
    start, end = (*places, 0)[0], places[1] if len(places) > 1 else len(data)
    part = data[start:end]
    if kind == "string":
        return from_bytes(part)
    return Slice(item.go_type, part) if isinstance(item, Slice) else part


def _check_order(places: list[int]) -> None:
    for before, after in pairwise(places):
        if before > after:
            raise GoError(f"invalid slice index: {before} > {after}")


def length(item: Any) -> int:
    """Return how many bytes, elements or keys *item* has."""
    if item is None:
        raise GoError("len of nil pointer")
    if item is MISSING:
        raise GoError("reflect: call of reflect.Value.Type on zero Value")
    kind = kind_of(item)
    if kind == "string":
        return len(item) if item.isascii() else len(to_bytes(item))
    if kind not in {"map", "slice"}:
        raise GoError(f"len of type {type_name(item)}")
    return len(item)


def call_named(name: str) -> Function:
    """Return the built-in ``call``, which says *name* of what it calls in errors."""

    def call(callee: Any, *arguments: Any) -> Any:
        if callee is None or callee is MISSING:
            raise GoError("call of nil")
        if not isinstance(callee, Function):
            raise GoError(f"non-function {name} of type {type_name(callee)}")
        given, fixed = len(arguments), len(callee.parameters)
        if given < fixed or (callee.variadic is None and given > fixed):
            least = "" if callee.variadic is None else "at least "
            raise GoError(f"wrong number of args for {name}: got {given} want {least}{fixed}")
        return callee.call(*_call_arguments(callee, arguments))

    return function(call, "reflect.Value", "...reflect.Value")


def _call_arguments(callee: Function, arguments: tuple[Any, ...]) -> list[Any]:
    ready = []
    for place, argument in enumerate(arguments):
        fixed = place < len(callee.parameters)
        wanted = callee.parameters[place] if fixed else callee.variadic
        try:
            ready.append(as_argument(argument, wanted) if wanted else argument)
        except GoError as error:
            raise GoError(f"arg {place}: {error}") from error
    return ready


_HTML = str.maketrans(
    {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"'}
_JS |= {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def _printed(arguments: tuple[Any, ...]) -> str:
    return sprint(*("<no value>" if each is None else each for each in arguments))


def html(*arguments: Any) -> str:
    """Return what ``print`` prints, safe inside HTML."""
    return _printed(arguments).translate(_HTML)


def js(*arguments: Any) -> str:
    """Return what ``print`` prints, safe inside a JavaScript string."""
    return "".join(_js(each) for each in _printed(arguments))


def _js(character: str) -> str:
    if character in _JS:
        return _JS[character]
    if character.isprintable() or 0xDC80 <= ord(character) <= 0xDCFF:
        return character
    return f"\\u{ord(character):04X}"


def urlquery(*arguments: Any) -> str:
    """Return what ``print`` prints, as a part of a URL's query."""
    return quote_plus(to_bytes(_printed(arguments)), safe="~")


def not_(value: Any) -> bool:
    """Return the opposite of the truth of *value*."""
    return not truth(value)


def _short_circuit(*_arguments: Any) -> Any:
    """Stand in for ``and`` and ``or``, which the evaluator computes itself."""
    raise AssertionError("and, or: evaluated elsewhere")


AND = function(_short_circuit, "reflect.Value", "...reflect.Value")
OR = function(_short_circuit, "reflect.Value", "...reflect.Value")
CALL = call_named("call")


def _compare(call_: Callable[..., bool]) -> Function:
    return function(call_, "reflect.Value", "reflect.Value")


BUILTINS: dict[str, Function] = {
    "and": AND,
    "or": OR,
    "call": CALL,
    "not": function(not_, "reflect.Value"),
    "index": function(index, "reflect.Value", "...reflect.Value"),
    "slice": function(slice_, "reflect.Value", "...reflect.Value"),
    "len": function(length, "reflect.Value"),
    "print": function(sprint, "...any"),
    "printf": function(sprintf, "string", "...any"),
    "println": function(sprintln, "...any"),
    "html": function(html, "...any"),
    "js": function(js, "...any"),
    "urlquery": function(urlquery, "...any"),
    "eq": function(equal, "reflect.Value", "...reflect.Value"),
    "ne": _compare(lambda left, right: not equal(left, right)),
    "lt": _compare(less),
    "le": _compare(less_or_equal),
    "gt": _compare(greater),
    "ge": _compare(lambda left, right: not less(left, right)),
}
"""Every built-in by its name."""
