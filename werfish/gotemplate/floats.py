"""Floating-point numbers as Go's ``strconv.FormatFloat`` writes them."""

import math
from fractions import Fraction

_SHORTEST = -1


def format_float(value: float, verb: str, precision: int) -> str:
    """Return *value* in the form *verb* (one of ``bgGfeExX``); -1 digits are as many as needed.

    >>> format_float(1e6, "g", -1), format_float(100000.0, "g", -1), format_float(2.5, "f", 2)
    ('1e+06', '100000', '2.50')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if verb == "b":
        return _mantissa_and_exponent(value)
    if verb in "xX":
        text = _hexadecimal(value, precision)
        return text.upper() if verb == "X" else text
    if precision == _SHORTEST:
        text = _shortest(value, verb.lower())
    else:
        text = _python(value, verb.lower(), precision)
    return text.upper() if verb in "GE" else text


def _python(value: float, verb: str, precision: int) -> str:
    return f"{float(value):.{precision}{verb}}"


def _shortest(value: float, verb: str) -> str:
    text = repr(float(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if math.copysign(1, value) < 0 else ""
    if not digits:
        return f"{sign}0e+00" if verb == "e" else f"{sign}0"
    if verb == "e" or (verb == "g" and not -4 <= point - 1 < 6):
        return sign + _scientific(digits, point - 1)
    return sign + _plain(digits, point)


def _scientific(digits: str, exponent: int) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _mantissa_and_exponent(value: float) -> str:
    fraction, exponent = math.frexp(value)
    mantissa, power = int(fraction * 2**53), exponent - 53
    if power < -1074:
        mantissa, power = mantissa >> (-1074 - power), -1074
    return f"{mantissa}p{power:+d}"


def _hexadecimal(value: float, precision: int) -> str:
    sign = "-" if math.copysign(1, value) < 0 else ""
    if value == 0:
        fraction = "." + "0" * precision if precision > 0 else ""
        return f"{sign}0x0{fraction}p+00"
    mantissa, exponent = math.frexp(abs(value))
    bits, exponent = int(mantissa * 2**53), exponent - 1
    if precision != _SHORTEST and precision < 13:
        bits = round(Fraction(bits, 16 ** (13 - precision)))
        if bits >= 2 * 16**precision:
            bits, exponent = bits // 2, exponent + 1
        digits = f"{bits:x}"
    else:
        digits = f"{bits:x}"
        digits = digits.rstrip("0") if precision == _SHORTEST else digits.ljust(precision + 1, "0")
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}0x{digits[0]}{fraction}p{exponent:+03d}"
