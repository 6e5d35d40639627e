"""When two values of a field mean the same to Kubernetes. Pure.

A chart says ``0.1`` where the API says ``100m``; it says ``""`` where the API says nothing.
"""

import re
from decimal import Decimal
from typing import Any

from werfish.kube.schema import Schema

_QUANTITY = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(?:[eE]([-+]?\d+)|([numkKMGTPE]i?)?)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}


def is_same(left: Any, right: Any, schema: Schema) -> bool:
    """Tell whether two scalars of a field mean the same."""
    if schema.is_quantity:
        amounts = amount_of(left), amount_of(right)
        if None not in amounts:
            return amounts[0] == amounts[1]
    return type(left) is type(right) and bool(left == right)


def is_identical(left: Any, right: Any) -> bool:
    """Tell whether two JSON values are the same; unlike in Python, ``true`` is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_identical(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_identical, left, right))
    return type(left) is type(right) and bool(left == right)


def is_within(part: Any, whole: Any) -> bool:
    """Tell whether *whole* says, word for word, what *part* says; maps may say more.

    Maps in lists may only say more of what a server fills in, as far as that can be seen without
    a schema: fields with a value beside fields that are no text.
    """
    if type(part) is not type(whole):
        return False
    if isinstance(part, dict):
        return all(key in whole and is_within(item, whole[key]) for key, item in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_is_within_list, part, whole))
    return bool(part == whole)


def _is_within_list(part: Any, whole: Any) -> bool:
    """Tell the same of an element, or of what is in one."""
    if not isinstance(part, dict) or not isinstance(whole, dict):
        return is_within(part, whole)
    if len(whole) > len(part) and (
        all(type(item) is str for item in whole.values())
        or any(_may_be_put_in(key, item) for key, item in whole.items() if key not in part)
    ):
        return False
    return all(key in whole and _is_within_list(item, whole[key]) for key, item in part.items())


def _may_be_put_in(key: str, value: Any) -> bool:
    """Tell whether a field may be more than a default; an empty selector selects everything."""
    return isinstance(value, dict | list) and bool(value or key.endswith("Selector"))


def is_nothing(value: Any) -> bool:
    """Tell whether the API may leave *value* out: it is what an absent field means."""
    if isinstance(value, dict):
        return all(map(is_nothing, value.values()))
    return not value


def amount_of(value: Any) -> Decimal | None:
    """Return a quantity as a number, ``None`` where it is none (``1Gi``, ``100m``, ``1e3``, 2)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    found = _QUANTITY.fullmatch(str(value))
    if not found:
        return None
    number, exponent, suffix = Decimal(found[1]), found[2], found[3] or ""
    if exponent is not None:
        return number.scaleb(int(exponent)) if abs(int(exponent)) < 100 else None
    if suffix in _BINARY:
        return number * Decimal(1024 ** _BINARY[suffix])
    return number.scaleb(_DECIMAL[suffix]) if suffix in _DECIMAL else None


def without_nulls(value: Any) -> Any:
    """Return *value* without the fields that are null, which are as good as absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
