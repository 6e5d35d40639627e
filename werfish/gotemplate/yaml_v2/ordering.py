"""The order in which ``yaml.v2`` writes the keys of a map: numbers in texts count as numbers."""

from functools import cmp_to_key
from typing import Any

from werfish.gotemplate.values import key_value, kind_of, wrap_int

_KINDS = (
    *("bool", "int", "int8", "int16", "int32", "int64"),
    *("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"),
    *("float32", "float64", "invalid", "map", "ptr", "slice", "string", "struct"),
)
"""In the order of ``reflect.Kind``; nil stands where interfaces do."""


def ordered_keys(value: dict[Any, Any]) -> list[Any]:
    """Return the keys of *value* in the order of writing."""
    return sorted(value, key=cmp_to_key(_compare))


def _compare(left: Any, right: Any) -> int:
    one, other = key_value(left), key_value(right)
    if _less(one, other):
        return -1
    return 1 if _less(other, one) else 0


def _less(left: Any, right: Any) -> bool:
    one, other = _KINDS.index(kind_of(left)), _KINDS.index(kind_of(right))
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return bool(left < right) if left != right else one < other
    if isinstance(left, str) and isinstance(right, str):
        return _less_text(left, right)
    return one < other


def _less_text(left: str, right: str) -> bool:
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return _less_at(left, right, place)
    return len(left) < len(right)


def _less_at(left: str, right: str, place: int) -> bool:
    """Compare two texts whose first difference is at *place*."""
    one, other = left[place], right[place]
    if one.isalpha() and other.isalpha():
        return one < other
    if one.isalpha() or other.isalpha():
        return other.isalpha()
    leading = _follows_digits(left, place) if "0" in {one, other} else 0
    number, end = _number_at(left, place, leading)
    other_number, other_end = _number_at(right, place, leading)
    if number != other_number:
        return number < other_number
    return end < other_end if end != other_end else one < other


def _follows_digits(text: str, place: int) -> int:
    """Return 1 where a number that is not all zeros leads up to *place*, so that zeros count."""
    while place > 0 and text[place - 1].isdecimal():
        place -= 1
        if text[place] != "0":
            return 1
    return 0


def _number_at(text: str, place: int, number: int) -> tuple[int, int]:
    while place < len(text) and text[place].isdecimal():
        number = wrap_int(number * 10 + ord(text[place]) - ord("0"))
        place += 1
    return number, place
