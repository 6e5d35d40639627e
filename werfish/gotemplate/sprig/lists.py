"""The functions of sprig that work on lists; what they get is never changed."""

from collections.abc import Callable
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.conversion import to_int
from werfish.gotemplate.sprig.defaults import empty
from werfish.gotemplate.sprig.reflection import deep_equal
from werfish.gotemplate.sprig.text import items_of
from werfish.gotemplate.values import Slice, kind_of, type_of

_NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"


def _items(value: Any, problem: str) -> list[Any]:
    """Return the items of a list; GoError with *problem* and the kind where *value* is none."""
    if value is None:
        raise GoError(_NIL_POINTER)
    if kind_of(value) != "slice":
        raise GoError(f"{problem} {kind_of(value)}")
    return items_of(value)


def append(value: Any, item: Any) -> list[Any]:
    """Return the list with *item* behind it."""
    return [*_items(value, "Cannot push on type"), item]


def prepend(value: Any, item: Any) -> list[Any]:
    """Return the list with *item* before it."""
    return [item, *_items(value, "Cannot prepend on type")]


def first(value: Any) -> Any:
    """Return the first item; nil where there is none."""
    return next(iter(_items(value, "Cannot find first on type")), None)


def last(value: Any) -> Any:
    """Return the last item; nil where there is none."""
    return next(reversed(_items(value, "Cannot find last on type")), None)


def rest(value: Any) -> list[Any]:
    """Return all items but the first."""
    items = _items(value, "Cannot find rest on type")
    return items[1:] if items else Slice("[]any", nil=True)


def initial(value: Any) -> list[Any]:
    """Return all items but the last."""
    items = _items(value, "Cannot find initial on type")
    return items[:-1] if items else Slice("[]any", nil=True)


def reverse(value: Any) -> list[Any]:
    """Return the items from the last to the first."""
    return _items(value, "Cannot find reverse on type")[::-1]


def compact(value: Any) -> list[Any]:
    """Return the items that are not empty."""
    return [item for item in _items(value, "Cannot compact on type") if not empty(item)]


def uniq(value: Any) -> list[Any]:
    """Return the items, each only where it comes first."""
    kept: list[Any] = []
    for item in _items(value, "Cannot find uniq on type"):
        if not _is_in(kept, item):
            kept.append(item)
    return kept


def without(value: Any, *omitted: Any) -> list[Any]:
    """Return the items that are none of *omitted*."""
    items = _items(value, "Cannot find without on type")
    return [item for item in items if not _is_in(omitted, item)]


def has(needle: Any, value: Any) -> bool:
    """Say whether *needle* is an item; nil has none."""
    return value is not None and _is_in(_items(value, "Cannot find has on type"), needle)


def _is_in(items: Any, needle: Any) -> bool:
    return any(deep_equal(needle, item) for item in items)


def slice_of(value: Any, *bounds: Any) -> Any:
    """Return the items from the first bound to before the second; nil for an empty list."""
    items = _items(value, "list should be type of slice or array but")
    if not items:
        return None
    start = to_int(bounds[0]) if bounds else 0
    end = to_int(bounds[1]) if len(bounds) > 1 else len(items)
    if not 0 <= start <= end <= len(items):
        raise GoError("reflect.Value.Slice: slice index out of bounds")
    if isinstance(value, bytes):
        return value[start:end]
    go_type = type_of(value)
    return (
        Slice(go_type, items[start:end])
        if isinstance(value, Slice) and go_type
        else (items[start:end])
    )


def concat(*values: Any) -> list[Any]:
    """Return the items of all lists."""
    joined: list[Any] = []
    for value in values:
        joined += _listed(value)
    return joined or Slice("[]any", nil=True)


def _listed(value: Any) -> list[Any]:
    if value is not None and kind_of(value) != "slice":
        raise GoError(f"Cannot concat type {kind_of(value)} as list")
    return _items(value, "")


def chunk(size: int, value: Any) -> Slice:
    """Return the items in lists of *size*; the last may have fewer."""
    items = _items(value, "Cannot chunk type")
    if size <= 0:
        if 0 < len(items) - 1 <= -size:
            return Slice("[][]any")  # what the arithmetic of Go comes to
        raise GoError("runtime error: makeslice: len out of range")
    return Slice("[][]any", [items[at : at + size] for at in range(0, len(items), size)])


_OF_ONE: dict[str, Callable[[Any], Any]] = {
    "first": first,
    "last": last,
    "rest": rest,
    "initial": initial,
    "reverse": reverse,
    "compact": compact,
    "uniq": uniq,
}
_OTHERS: dict[str, Function] = {
    "append": function(append, "any", "any"),
    "push": function(append, "any", "any"),
    "prepend": function(prepend, "any", "any"),
    "without": function(without, "any", "...any"),
    "has": function(has, "any", "any"),
    "slice": function(slice_of, "any", "...any"),
    "chunk": function(chunk, "int", "any"),
}
_EACH = {**{name: function(call, "any") for name, call in _OF_ONE.items()}, **_OTHERS}


def _must(name: str) -> str:
    return f"must{name[0].upper()}{name[1:]}"


FUNCTIONS: dict[str, Function] = {
    **_EACH,
    **{_must(name): call for name, call in _EACH.items()},
    "list": function(lambda *items: list(items), "...any"),
    "tuple": function(lambda *items: list(items), "...any"),
    "concat": function(concat, "...any"),
}
"""Everything about lists; a function without ``must`` panics in Go, which is an error too."""
