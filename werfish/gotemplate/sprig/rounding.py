"""``floor``, ``ceil`` and ``round`` as Go calculates them, to the last bit."""

import math

_LARGEST = 400
"""Powers of ten beyond this, or its negative, are infinity, or zero."""


def floor(value: float) -> float:
    """Round down; what is not finite stays."""
    return math.copysign(math.floor(value), value) if math.isfinite(value) else value


def ceil(value: float) -> float:
    """Round up; what is not finite stays."""
    return math.copysign(math.ceil(value), value) if math.isfinite(value) else value


def rounded(value: float, places: int, limit: float = 0.5) -> float:
    """Round to *places*; a fraction of at least *limit* goes up, also below zero."""
    power = power_of_ten(places)
    scaled = power * value
    fraction = math.fmod(scaled, 1.0) if math.isfinite(scaled) else math.nan
    return _quotient(ceil(scaled) if fraction >= limit else floor(scaled), power)


def _quotient(number: float, by: float) -> float:
    if by == 0.0:
        return math.nan if number == 0 or math.isnan(number) else math.copysign(math.inf, number)
    return number / by


def power_of_ten(exponent: int) -> float:
    """Return a power of ten as Go's ``math.Pow`` does, which is not always the nearest float."""
    answer, answer_exponent = 1.0, 0
    factor, factor_exponent = math.frexp(10.0)
    left = min(abs(exponent), _LARGEST)
    while left:
        if left & 1:
            answer, answer_exponent = answer * factor, answer_exponent + factor_exponent
        factor, factor_exponent = factor * factor, factor_exponent * 2
        if factor < 0.5:
            factor, factor_exponent = factor * 2, factor_exponent - 1
        left >>= 1
    if exponent < 0:
        answer, answer_exponent = 1 / answer, -answer_exponent
    return _scaled(answer, answer_exponent)


def _scaled(mantissa: float, exponent: int) -> float:
    try:
        return math.ldexp(mantissa, exponent)
    except OverflowError:
        return math.inf
