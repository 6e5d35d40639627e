"""Numbers out of anything, as ``spf13/cast`` 1.7 makes them: what is no number is zero.

A duration is none to it, though a month is. A float too large for an integer becomes the
smallest one, as on amd64.
"""

import math
import re
from collections.abc import Callable
from typing import Any

from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.times.duration import Duration
from werfish.gotemplate.values import Int64, wrap_int

_INTEGER = re.compile(r"[+-]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*)")
_DECIMAL = re.compile(r"[+-]?([0-9_]+\.?[0-9_]*|\.[0-9_]+)([eE][+-]?[0-9_]+)?")
_HEXADECIMAL = re.compile(
    r"[+-]?0[xX]([0-9a-fA-F_]+\.?[0-9a-fA-F_]*|\.[0-9a-fA-F_]+)[pP][+-]?[0-9]+"
)
_WORD = re.compile(r"[+-]?inf(inity)?|nan", re.IGNORECASE)
_BASES = {"0x": 16, "0b": 2, "0o": 8}


def to_int(value: Any) -> int:
    """Return *value* as an ``int``; text may be in Go's notation (``0x1f``, ``010``, ``1_000``)."""
    match value:
        case Duration():
            return 0
        case bool() | int():
            return wrap_int(int(value))
        case float():
            return truncated(value)
        case str():
            integer = parse_integer(re.sub(r"\.0+$", "", value))
            return integer if integer is not None and wrap_int(integer) == integer else 0
        case _:
            return 0


def to_int64(value: Any) -> Int64:
    """Return *value* as an ``int64``."""
    return Int64(to_int(value))


def to_float(value: Any) -> float:
    """Return *value* as a ``float64``; text may be hexadecimal, infinite or not a number."""
    match value:
        case Duration():
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            number = parse_float(value)
            return 0.0 if number is None else number
        case _:
            return 0.0


def truncated(value: float) -> int:
    """Cut the fraction off."""
    if math.isfinite(value) and -(2.0**63) <= value < 2.0**63:
        return int(value)
    return -(2**63)


def parse_integer(text: str) -> int | None:
    """Read an integer in Go's notation, of any size; None where *text* is none."""
    found = _INTEGER.fullmatch(text)
    if found is None or not _is_grouped(found[1]):
        return None
    digits = found[1].replace("_", "").lower()
    sign = -1 if text[0] == "-" else 1
    if digits[:2] in _BASES:
        return sign * int(digits[2:], _BASES[digits[:2]])
    if digits[0] == "0" and len(digits) > 1:
        return None if re.search("[89]", digits) else sign * int(digits, 8)
    return sign * number_of(digits)


def _is_grouped(text: str) -> bool:
    """Say whether underscores stand between digits, or behind the prefix of the base."""
    plain = re.sub(r"^([+-]?)0[xXbBoO]", r"\g<1>0", text)
    return "_" not in re.sub(r"(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])", "", plain)


def parse_float(text: str) -> float | None:
    """Read a number as ``strconv.ParseFloat`` does; None where *text* is none, or too large."""
    if _WORD.fullmatch(text):
        return float(text)
    if not _is_grouped(text):
        return None
    if _HEXADECIMAL.fullmatch(text):
        return _finite(float.fromhex, text.replace("_", ""))
    return _finite(float, text.replace("_", "")) if _DECIMAL.fullmatch(text) else None


def _finite(read: Callable[[str], float], text: str) -> float | None:
    try:
        number = read(text)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
