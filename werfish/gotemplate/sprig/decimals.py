"""``addf``, ``subf``, ``mulf``, ``divf``: floats calculated as the decimals that they print as.

So 0.1 + 0.2 is 0.3. The rules are those of ``shopspring/decimal``: a quotient has 16 decimals.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import Function, function
from werfish.gotemplate.sprig.conversion import to_float

_UNIT = Fraction(1, 10**16)


def _decimal(value: Any) -> Fraction:
    number = to_float(value)
    if not math.isfinite(number):
        shown = "NaN" if math.isnan(number) else f"{number:+}".replace("inf", "Inf")
        raise GoError(f"Cannot create a Decimal from {shown}")
    return Fraction(repr(number))


def _quotient(left: Fraction, right: Fraction) -> Fraction:
    """Divide, and round to 16 decimals; what lies in the middle goes away from zero."""
    if right == 0:
        raise GoError("decimal division by 0")
    units = abs(left / right) / _UNIT
    rounded = math.floor(units + Fraction(1, 2)) * _UNIT
    return rounded if (left < 0) == (right < 0) else -rounded


def _float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _folded(combine: Callable[[Fraction, Fraction], Fraction]) -> Callable[..., float]:
    def folded(first: Any, *others: Any) -> float:
        number = _decimal(first)
        for other in others:
            number = combine(number, _decimal(other))
        return _float(number)

    return folded


_add = _folded(lambda left, right: left + right)

DECIMAL_FUNCTIONS: dict[str, Function] = {
    "add1f": function(lambda value: _add(value, 1), "any"),
    "addf": function(lambda *each: _add(0.0, *each), "...any"),
    "subf": function(_folded(lambda left, right: left - right), "any", "...any"),
    "mulf": function(_folded(lambda left, right: left * right), "any", "...any"),
    "divf": function(_folded(_quotient), "any", "...any"),
}
