"""Number, character and string literals of Go, to their values."""

import re
from functools import lru_cache
from typing import NamedTuple

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.quoting import quote, unquote_character
from werfish.gotemplate.values import MISSING


class Number(NamedTuple):
    """What a number literal can be: each is `MISSING` where the literal has no such value.

    *ideal* is its value where nothing says which type is wanted.
    """

    integer: object = MISSING
    unsigned: object = MISSING
    real: object = MISSING
    ideal: object = MISSING

    def of_family(self, family: str) -> object:
        """Return the value as an ``integer``, ``unsigned integer`` or ``float``."""
        if family == "integer":
            return self.integer
        if family == "unsigned integer":
            return self.unsigned
        return self.real if family == "float" else MISSING


_INT = re.compile(
    r"([+-]?)(?:0[xX](_?[0-9a-fA-F][0-9a-fA-F_]*)|0[bB](_?[01][01_]*)"
    r"|0[oO]?(_?[0-7][0-7_]*)|(0|[1-9][0-9_]*))"
)
_BASES = (16, 2, 8, 10)


def character_of(text: str) -> Number:
    """Return the number of the character constant *text*, quotes included."""
    rune, rest = unquote_character(text[1:], "'")
    if rest != "'":
        raise GoError(f"malformed character constant: {text}")
    code = ord(rune)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return Number(code, code, float(code), code)


@lru_cache(maxsize=1024)
def number_of(text: str) -> Number:
    """Return the number that *text* writes, as Go reads it: ``017`` is 15, ``1_000`` is 1000."""
    if text.endswith("i"):
        raise GoError(f"complex numbers are not supported: {quote(text)}")
    if re.search(r"(?<![eEpP])[+-]", text[1:]):
        raise GoError(f"bad number syntax: {quote(text)}")
    whole = _integer(text)
    if whole is None:
        return _real(text)
    integer = whole if -(2**63) <= whole < 2**63 else MISSING
    unsigned = whole if (0 <= whole < 2**64 and text[0] not in "+-") or whole == 0 else MISSING
    if integer is MISSING and unsigned is MISSING:
        raise GoError(f"integer overflow: {quote(text)}")
    return Number(integer, unsigned, float(whole), integer)


def _integer(text: str) -> int | None:
    found = _INT.fullmatch(text)
    if found is None or "__" in text or text.endswith("_"):
        return None
    for base, digits in zip(_BASES, found.groups()[1:], strict=True):
        if digits is not None:
            value = int(digits.replace("_", ""), base)
            return -value if found.group(1) == "-" else value
    return None


def _real(text: str) -> Number:
    try:
        value = _float(text)
    except (ValueError, OverflowError):
        raise GoError(f"illegal number syntax: {quote(text)}") from None
    if not re.search(r"[.eEpP]", text):
        # A float that looks like an integer is one that does not fit, or is not octal: 08.
        raise GoError(f"integer overflow: {quote(text)}")
    whole = int(value) if value.is_integer() else None
    integer = whole if whole is not None and -(2**63) <= whole < 2**63 else MISSING
    unsigned = whole if whole is not None and 0 <= whole < 2**64 else MISSING
    return Number(integer, unsigned, value, value)


def _float(text: str) -> float:
    if "__" in text or re.search(r"_(?![0-9a-fA-F])|(?<![0-9a-fA-FxX])_", text):
        raise ValueError(text)
    digits = text.replace("_", "")
    if "x" in digits or "X" in digits:
        if "p" not in digits.lower():
            raise ValueError(text)
        return float.fromhex(digits)
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(text)
    return value
