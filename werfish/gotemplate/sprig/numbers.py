"""The functions of sprig that calculate: 64-bit integers that overflow silently, and floats."""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.formatting import sprint
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.conversion import to_float, to_int, to_int64
from werfish.gotemplate.sprig.decimals import DECIMAL_FUNCTIONS
from werfish.gotemplate.sprig.digits import number_of
from werfish.gotemplate.sprig.rounding import ceil, floor, rounded
from werfish.gotemplate.values import Int64, Slice, wrap_int

_MOST_ITEMS = 10_000_000
"""No template counts further than this: it would end the memory first."""


def _wrapped(number: int) -> Int64:
    return Int64(wrap_int(number))


def _divided(left: Any, right: Any) -> Int64:
    number, by = to_int(left), to_int(right)
    if by == 0:
        raise GoError("runtime error: integer divide by zero")
    quotient = abs(number) // abs(by)
    return _wrapped(quotient if (number < 0) == (by < 0) else -quotient)


def _remainder(left: Any, right: Any) -> Int64:
    number = to_int(left)
    return _wrapped(number - _divided(left, right) * to_int(right))


def _product(value: Any, *others: Any) -> Int64:
    return _wrapped(math.prod(to_int(each) for each in (value, *others)))


def _largest_float(value: Any, *others: Any) -> float:
    return reduce(_larger, map(to_float, others), to_float(value))


def _larger(left: float, right: float) -> float:
    if math.isnan(left) or math.isnan(right):
        return math.inf if math.inf in (left, right) else math.nan
    return max(left, right, key=lambda each: (each, math.copysign(1.0, each)))


def _smallest_float(value: Any, *others: Any) -> float:
    return -_largest_float(-to_float(value), *(-to_float(each) for each in others))


def _round(value: Any, places: int, *limits: float) -> float:
    return rounded(to_float(value), places, *limits[:1])


def counted(start: int, stop: int, step: int) -> list[int]:
    """Count from *start* to before *stop*; a *step* in the wrong direction gives nothing."""
    if (step >= 0) if stop < start else (step <= 0):
        return []
    if (stop - start) // step > _MOST_ITEMS:
        raise GoError("runtime error: makeslice: len out of range")
    return list(range(start, stop, step))


def _ints(numbers: list[int]) -> Slice:
    return Slice("[]int", numbers)


def _until(count: int) -> Slice:
    return _ints(counted(0, count, -1 if count < 0 else 1))


def _sequence(*bounds: int) -> str:
    """Count as the program ``seq`` does: to an end, from a start, by a step between them."""
    if not 1 <= len(bounds) <= 3:
        return ""
    start, end = (bounds[0] if len(bounds) > 1 else 1), bounds[-1]
    direction = -1 if end < start else 1
    step = bounds[1] if len(bounds) == 3 else direction
    if len(bounds) == 3 and direction < 0 < step:
        return ""
    return " ".join(map(str, counted(start, end + direction, step)))


def _octal(value: Any) -> Int64:
    """Read an octal number; zero where it is none."""
    text = sprint(value)
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits or set(digits) - set("01234567"):
        return Int64(0)
    number = int(text, 8)
    return Int64(number if wrap_int(number) == number else 0)


def _atoi(text: str) -> int:
    """Read a decimal number; zero where it is none, the largest where it is too large."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return 0
    number = number_of(digits)
    return max(-number, -(2**63)) if text[0] == "-" else min(number, 2**63 - 1)


def _extreme(choose: Callable[[list[int]], int]) -> Function:
    return function(lambda *each: Int64(choose([to_int(one) for one in each])), "any", "...any")


FUNCTIONS: dict[str, Function] = {
    "int": function(to_int, "any"),
    "int64": function(to_int64, "any"),
    "float64": function(to_float, "any"),
    "atoi": function(_atoi, "string"),
    "toDecimal": function(_octal, "any"),
    "add1": function(lambda value: _wrapped(to_int(value) + 1), "any"),
    "add": function(lambda *each: _wrapped(sum(map(to_int, each))), "...any"),
    "sub": function(lambda left, right: _wrapped(to_int(left) - to_int(right)), "any", "any"),
    "div": function(_divided, "any", "any"),
    "mod": function(_remainder, "any", "any"),
    "mul": function(_product, "any", "...any"),
    "max": _extreme(max),
    "biggest": _extreme(max),
    "min": _extreme(min),
    "maxf": function(_largest_float, "any", "...any"),
    "minf": function(_smallest_float, "any", "...any"),
    "floor": function(lambda value: floor(to_float(value)), "any"),
    "ceil": function(lambda value: ceil(to_float(value)), "any"),
    "round": function(_round, "any", "int", "...float64"),
    "until": function(_until, "int"),
    "untilStep": function(lambda *bounds: _ints(counted(*bounds)), "int", "int", "int"),
    "seq": function(_sequence, "...int"),
    **DECIMAL_FUNCTIONS,
}
"""Everything that calculates; what draws lots is in `chance`."""
