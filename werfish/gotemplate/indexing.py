"""``index``, ``slice`` and ``len``: strings are their bytes, absent keys are zero values."""

from itertools import pairwise
from typing import Any

from werfish.gotemplate.errors import GoError
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
