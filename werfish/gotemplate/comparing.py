"""``eq``, ``lt`` and their like: values of one kind compare, others are an error, nil is nil."""

from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import sprintf, text_of
from werfish.gotemplate.types import FLOAT_KINDS, SIGNED_KINDS, UNSIGNED_KINDS
from werfish.gotemplate.values import MISSING, is_nil, kind_of, type_name

_BASIC = {"bool": "bool", "string": "string"} | dict.fromkeys(FLOAT_KINDS, "float")
_BASIC |= dict.fromkeys(SIGNED_KINDS, "int") | dict.fromkeys(UNSIGNED_KINDS, "uint")
_WHOLE = {"int", "uint"}


def equal(first: Any, *others: Any) -> bool:
    """Return whether *first* equals any of *others*; a comparison that makes no sense raises."""
    if not others:
        raise GoError("missing argument for comparison")
    return any(_equal(first, each) for each in others)


def _equal(left: Any, right: Any) -> bool:
    left, right = (None if each is MISSING else each for each in (left, right))
    one, other = _BASIC.get(kind_of(left)), _BASIC.get(kind_of(right))
    if one != other:
        if one in _WHOLE and other in _WHOLE:
            return bool(left == right)
        if left is not None and right is not None:
            raise GoError(
                f"incompatible types for comparison: {type_name(left)} and {type_name(right)}"
            )
        return False
    return bool(left == right) if one is not None else _equal_others(left, right)


def _equal_others(left: Any, right: Any) -> bool:
    kind, other = kind_of(left), kind_of(right)
    if kind != other and "invalid" not in {kind, other}:
        raise GoError(
            f"non-comparable types {sprintf('%s', left)}: {type_name(left)}, "
            f"{type_name(right)}: {text_of(right)}"
        )
    if is_nil(left) or is_nil(right):
        return is_nil(left) == is_nil(right)
    if other in {"map", "slice", "func"}:
        raise GoError(f"non-comparable type {sprintf('%s', right)}: {type_name(right)}")
    return type_name(left) == type_name(right) and bool(left == right)


def less(left: Any, right: Any) -> bool:
    """Return whether *left* is below *right*: numbers of one kind, or strings by their bytes."""
    one, other = _BASIC.get(kind_of(left)), _BASIC.get(kind_of(right))
    if one is None or other is None:
        raise GoError("invalid type for comparison")
    if one != other and not (one in _WHOLE and other in _WHOLE):
        raise GoError(
            f"incompatible types for comparison: {type_name(left)} and {type_name(right)}"
        )
    if one == "bool":
        raise GoError("invalid type for comparison")
    return bool(left < right)


def less_or_equal(left: Any, right: Any) -> bool:
    """Return whether *left* is below *right* or equal to it."""
    return less(left, right) or equal(left, right)


def greater(left: Any, right: Any) -> bool:
    """Return whether *left* is above *right*."""
    return not less_or_equal(left, right)
