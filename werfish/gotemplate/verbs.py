"""Numbers, strings and bools in the form that a verb and its flags ask for."""

from dataclasses import replace
from typing import Any

from stages.light_dataclass import dataclass
from werfish.gotemplate.floats import format_float
from werfish.gotemplate.quoting import can_backquote, quote
from werfish.gotemplate.types import FLOAT_KINDS, INTEGER_KINDS, UNSIGNED_KINDS
from werfish.gotemplate.values import Uint8, kind_of, to_bytes, type_name


@dataclass(frozen=True, slots=True)
class Flags:
    """What stands between ``%`` and the verb."""

    minus: bool = False
    plus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    plus_v: bool = False
    sharp_v: bool = False
    width: int | None = None
    precision: int | None = None


def is_scalar(value: Any) -> bool:
    """Return whether *value* has no parts to print one by one."""
    return isinstance(value, bytes) or kind_of(value) in _PRINTERS


def print_scalar(value: Any, verb: str, flags: Flags) -> str:
    """Return *value*, which is a scalar, as *verb* prints it."""
    if isinstance(value, bytes):
        return _bytes(value, verb, flags)
    return _PRINTERS[kind_of(value)](value, verb, flags)


def bad_verb(value: Any, verb: str, flags: Flags) -> str:
    """Return what is printed where *verb* does not fit the scalar *value*."""
    return f"%!{verb}({type_name(value)}={print_scalar(value, 'v', flags)})"


def pad(text: str, flags: Flags, *, zero: bool = True) -> str:
    """Return *text* at the width that *flags* ask for; *zero* allows zeros in front."""
    if flags.width is None or len(text) >= flags.width:
        return text
    if flags.minus:
        return text.ljust(flags.width)
    return text.rjust(flags.width, "0" if flags.zero and zero else " ")


def padded_text(text: str, flags: Flags) -> str:
    """Return *text* cut and padded as *flags* ask."""
    return pad(text[: flags.precision], flags)


def _bool(value: Any, verb: str, flags: Flags) -> str:
    return (
        pad("true" if value else "false", flags) if verb in "tv" else bad_verb(value, verb, flags)
    )


_BASES = {"v": "d", "d": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "x": "0x", "X": "0X"}


def _integer(value: Any, verb: str, flags: Flags) -> str:
    number = int(value)
    if verb == "v" and flags.sharp_v and kind_of(value) in UNSIGNED_KINDS:
        return digits_text(number, "x", replace(flags, sharp=True))
    if verb in _BASES:
        return digits_text(number, verb, flags)
    match verb:
        case "c":
            return pad(_rune(number), flags)
        case "q":
            return pad(quote(_rune(number), ascii_only=flags.plus, delimiter="'"), flags)
        case "U":
            return _code_point(number, flags)
        case _:
            return bad_verb(value, verb, flags)


def digits_text(number: int, verb: str, flags: Flags) -> str:
    """Return *number* in the base of *verb*."""
    if flags.precision == 0 and number == 0:
        return pad("", flags)
    base = _BASES[verb]
    sign = "-" if number < 0 else "+" if flags.plus else " " if flags.space else ""
    digits = format(abs(number), base)
    wanted = flags.precision or 0
    if flags.precision is None and flags.zero and not flags.minus and flags.width is not None:
        wanted = flags.width - len(sign)
    digits = digits.rjust(wanted, "0")
    if flags.sharp:
        digits = _PREFIXES.get(base, "") + digits
        if base == "o" and digits[0] != "0":
            digits = "0" + digits
    if verb == "O":
        digits = "0o" + digits
    return pad(sign + digits, flags, zero=False)


def _rune(number: int) -> str:
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number < 0xE000:
        return "\ufffd"
    return chr(number)


def _code_point(number: int, flags: Flags) -> str:
    number %= 2**64
    text = f"U+{number:0{max(4, flags.precision or 0)}X}"
    if flags.sharp and number <= 0x10FFFF and chr(number).isprintable():
        text += f" '{chr(number)}'"
    return pad(text, flags, zero=False)


def _float(value: Any, verb: str, flags: Flags) -> str:
    if verb not in "vbgGxXfFeE":
        return bad_verb(value, verb, flags)
    form = {"v": "g", "F": "f"}.get(verb, verb)
    precision = 6 if form in "feE" else -1
    if flags.precision is not None:
        precision = flags.precision
    text = format_float(value, form, precision)
    if text[0] not in "+-":
        text = "+" + text
    if flags.space and text[0] == "+" and not flags.plus:
        text = " " + text[1:]
    if text[1] in "IN":
        plain = text[1:] if text[1] == "N" and not (flags.space or flags.plus) else text
        return pad(plain, flags, zero=False)
    if flags.sharp and form != "b":
        text = _with_point(text, form, precision)
    return _signed(text, flags)


def _signed(text: str, flags: Flags) -> str:
    if not flags.plus and text[0] == "+":
        return pad(text[1:], flags)
    if flags.zero and not flags.minus and flags.width is not None and flags.width > len(text):
        return text[0] + text[1:].rjust(flags.width - 1, "0")
    return pad(text, flags)


def _with_point(text: str, form: str, precision: int) -> str:
    """Return *text* with a decimal point, and with ``%g`` its trailing zeros, as ``#`` asks."""
    marker = "pP" if form in "xX" else "eE"
    cut = next((i for i, each in enumerate(text) if i and each in marker), len(text))
    number, tail = text[:cut], text[cut:]
    wanted = 0
    if form in "gGx":
        wanted = 6 if precision == -1 else precision
    significant = number[1:].replace(".", "").lstrip("0")
    wanted -= len(significant)
    if "." not in number:
        wanted -= number[1:] == "0"
        number += "."
    return number + "0" * max(0, wanted) + tail


def print_string(value: Any, verb: str, flags: Flags) -> str:
    """Return a string as *verb* prints it."""
    if (verb == "v" and flags.sharp_v) or verb == "q":
        return _quoted(value, flags)
    if verb in "vs":
        return padded_text(value, flags)
    if verb in "xX":
        return _hex(to_bytes(value), verb, flags)
    return bad_verb(value, verb, flags)


def _quoted(value: str, flags: Flags) -> str:
    value = value[: flags.precision]
    if flags.sharp and can_backquote(value):
        return pad(f"`{value}`", flags)
    return pad(quote(value, ascii_only=flags.plus), flags)


def _hex(data: bytes, verb: str, flags: Flags) -> str:
    data = data[: flags.precision]
    prefix = f"0{verb}" if flags.sharp else ""
    pairs = [format(byte, f"02{verb}") for byte in data]
    if not pairs:
        return pad("", flags)
    text = " ".join(prefix + each for each in pairs) if flags.space else prefix + "".join(pairs)
    return pad(text, flags)


def _bytes(value: bytes, verb: str, flags: Flags) -> str:
    if verb in "sq":
        return print_string(value.decode("utf-8", "surrogateescape"), verb, flags)
    if verb in "xX":
        return _hex(value, verb, flags)
    if flags.sharp_v and verb == "v":
        return "[]byte{" + ", ".join(f"{byte:#x}" for byte in value) + "}"
    return "[" + " ".join(_integer(Uint8(byte), verb, flags) for byte in value) + "]"


_PRINTERS = {"bool": _bool, "string": print_string}
_PRINTERS |= dict.fromkeys(INTEGER_KINDS, _integer) | dict.fromkeys(FLOAT_KINDS, _float)
