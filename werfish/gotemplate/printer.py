"""One value in the form that a verb and its flags ask for: the printing half of Go's ``fmt``."""

from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Any

from werfish.gotemplate.floats import format_float
from werfish.gotemplate.quoting import can_backquote, quote
from werfish.gotemplate.types import FLOAT_KINDS, INTEGER_KINDS, UNSIGNED_KINDS
from werfish.gotemplate.values import (
    Uint8,
    is_nil,
    key_value,
    kind_of,
    to_bytes,
    type_name,
    type_of,
)


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


NO_FLAGS = Flags()


def print_argument(value: Any, verb: str, flags: Flags) -> str:
    """Return *value*, an argument of ``printf``, as *verb* with *flags* prints it."""
    if value is None:
        return _pad("<nil>", flags) if verb in "Tv" else f"%!{verb}(<nil>)"
    if verb == "T":
        return _text(type_name(value), flags)
    if verb == "p":
        return _pointer(value, verb, flags)
    return _print(value, verb, flags, 0, True)


def _print(value: Any, verb: str, flags: Flags, depth: int, methods: bool) -> str:
    if methods and (own := _by_method(value, verb, flags)) is not None:
        return own
    kind = kind_of(value)
    if isinstance(value, bytes):
        return _bytes(value, verb, flags)
    printer = _PRINTERS.get(kind)
    if printer is not None:
        return printer(value, verb, flags)
    return _container(value, verb, flags, depth, kind)


def _container(value: Any, verb: str, flags: Flags, depth: int, kind: str) -> str:
    match kind:
        case "invalid":
            return "interface {}(nil)" if flags.sharp_v else "<nil>"
        case "map":
            return _map(value, verb, flags, depth)
        case "slice":
            return _slice(value, verb, flags, depth)
        case "struct":
            return _struct(value, verb, flags, depth)
        case "ptr" if depth == 0 and hasattr(value, "go_fields"):
            return "&" + _struct(value, verb, flags, depth)
        case _:
            return _pointer(value, verb, flags)


def _by_method(value: Any, verb: str, flags: Flags) -> str | None:
    """Return what the value's own ``String`` or ``Error`` says, where Go would ask it."""
    if verb == "w" and not isinstance(value, bytes):
        return _bad_verb(value, verb, flags)
    if flags.sharp_v or verb not in "vsxXq":
        return None
    own = getattr(value, "go_string", None)
    return None if own is None else _string(own(), verb, flags)


def _bad_verb(value: Any, verb: str, flags: Flags) -> str:
    return f"%!{verb}({type_name(value)}={_print(value, 'v', flags, 0, False)})"


def _pad(text: str, flags: Flags, *, zero: bool = True) -> str:
    if flags.width is None or len(text) >= flags.width:
        return text
    if flags.minus:
        return text.ljust(flags.width)
    return text.rjust(flags.width, "0" if flags.zero and zero else " ")


def _text(text: str, flags: Flags) -> str:
    return _pad(text[: flags.precision], flags)


def _bool(value: Any, verb: str, flags: Flags) -> str:
    return _pad("true" if value else "false", flags) if verb in "tv" else _bad(value, verb, flags)


def _bad(value: Any, verb: str, flags: Flags) -> str:
    return _bad_verb(value, verb, flags)


_BASES = {"v": "d", "d": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "x": "0x", "X": "0X"}


def _integer(value: Any, verb: str, flags: Flags) -> str:
    number = int(value)
    if verb == "v" and flags.sharp_v and kind_of(value) in UNSIGNED_KINDS:
        return _digits(number, "x", replace(flags, sharp=True))
    if verb in _BASES:
        return _digits(number, verb, flags)
    match verb:
        case "c":
            return _pad(_rune(number), flags)
        case "q":
            return _pad(quote(_rune(number), ascii_only=flags.plus, delimiter="'"), flags)
        case "U":
            return _code_point(number, flags)
        case _:
            return _bad_verb(value, verb, flags)


def _digits(number: int, verb: str, flags: Flags) -> str:
    if flags.precision == 0 and number == 0:
        return " " * (flags.width or 0)
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
    return _pad(sign + digits, flags, zero=False)


def _rune(number: int) -> str:
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number < 0xE000:
        return "\ufffd"
    return chr(number)


def _code_point(number: int, flags: Flags) -> str:
    number %= 2**64
    text = f"U+{number:0{max(4, flags.precision or 0)}X}"
    if flags.sharp and number <= 0x10FFFF and chr(number).isprintable():
        text += f" '{chr(number)}'"
    return _pad(text, flags, zero=False)


def _float(value: Any, verb: str, flags: Flags) -> str:
    if verb not in "vbgGxXfFeE":
        return _bad_verb(value, verb, flags)
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
        return _pad(plain, flags, zero=False)
    if flags.sharp and form != "b":
        text = _with_point(text, form, precision)
    return _signed(text, flags)


def _signed(text: str, flags: Flags) -> str:
    if not flags.plus and text[0] == "+":
        return _pad(text[1:], flags)
    if flags.zero and not flags.minus and flags.width is not None and flags.width > len(text):
        return text[0] + text[1:].rjust(flags.width - 1, "0")
    return _pad(text, flags)


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


def _string(value: Any, verb: str, flags: Flags) -> str:
    if (verb == "v" and flags.sharp_v) or verb == "q":
        return _quoted(value, flags)
    if verb in "vs":
        return _text(value, flags)
    if verb in "xX":
        return _hex(to_bytes(value), verb, flags)
    return _bad_verb(value, verb, flags)


def _quoted(value: str, flags: Flags) -> str:
    value = value[: flags.precision]
    if flags.sharp and can_backquote(value):
        return _pad(f"`{value}`", flags)
    return _pad(quote(value, ascii_only=flags.plus), flags)


def _hex(data: bytes, verb: str, flags: Flags) -> str:
    data = data[: flags.precision]
    prefix = f"0{verb}" if flags.sharp else ""
    pairs = [format(byte, f"02{verb}") for byte in data]
    if not pairs:
        return " " * (flags.width or 0)
    text = " ".join(prefix + each for each in pairs) if flags.space else prefix + "".join(pairs)
    return _pad(text, flags)


def _bytes(value: bytes, verb: str, flags: Flags) -> str:
    if verb in "sq":
        return _string(value.decode("utf-8", "surrogateescape"), verb, flags)
    if verb in "xX":
        return _hex(value, verb, flags)
    if flags.sharp_v and verb == "v":
        return "[]byte{" + ", ".join(f"{byte:#x}" for byte in value) + "}"
    return "[" + " ".join(_integer(Uint8(byte), verb, flags) for byte in value) + "]"


def _map(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if flags.sharp_v and is_nil(value):
        return f"{type_name(value)}(nil)"
    parts = [
        f"{_print(key_value(key), verb, flags, depth + 1, True)}"
        f":{_print(value[key], verb, flags, depth + 1, True)}"
        for key in sorted_keys(value)
    ]
    if flags.sharp_v:
        return f"{type_name(value)}{{{', '.join(parts)}}}"
    return f"map[{' '.join(parts)}]"


def _slice(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if flags.sharp_v and is_nil(value):
        return f"{type_name(value)}(nil)"
    parts = [_print(each, verb, flags, depth + 1, True) for each in value]
    if flags.sharp_v:
        return f"{type_name(value)}{{{', '.join(parts)}}}"
    return f"[{' '.join(parts)}]"


def _struct(value: Any, verb: str, flags: Flags, depth: int) -> str:
    fields = value.go_fields() if hasattr(value, "go_fields") else {}
    named = flags.plus_v or flags.sharp_v
    parts = [
        (f"{name}:" if named else "") + _print(each, verb, flags, depth + 1, True)
        for name, each in fields.items()
    ]
    name = type_name(value).lstrip("*") if flags.sharp_v else ""
    return name + "{" + (", " if flags.sharp_v else " ").join(parts) + "}"


def _pointer(value: Any, verb: str, flags: Flags) -> str:
    if kind_of(value) not in {"map", "slice", "ptr", "func"}:
        return _bad_verb(value, verb, flags)
    address = 0 if is_nil(value) else 0xC000000000 + id(value) % 2**32
    if verb == "v" and not flags.sharp_v and not address:
        return _pad("<nil>", flags)
    return _digits(address, "x", replace(flags, sharp=not flags.sharp))


_PRINTERS = {"bool": _bool, "string": _string}
_PRINTERS |= dict.fromkeys(INTEGER_KINDS, _integer) | dict.fromkeys(FLOAT_KINDS, _float)


def sorted_keys(value: dict[Any, Any]) -> list[Any]:
    """Return the keys of a map in the order in which Go prints them and ranges over them."""
    known = type_of(value)
    if known is not None and known.key is not None and known.key.kind == "interface":
        return sorted(value, key=cmp_to_key(_compare_any))
    return sorted(value)


_KIND_ORDER = ("invalid", "string", "int", "float64", "bool")


def _compare_any(left: Any, right: Any) -> int:
    """Compare keys of any type: by type first; Go leaves open in which order the types come."""
    one, other = key_value(left), key_value(right)
    if type(one) is type(other) and one is not None:
        return int(one > other) - int(one < other)
    return (_kind_rank(one) > _kind_rank(other)) - (_kind_rank(one) < _kind_rank(other))


def _kind_rank(value: Any) -> int:
    kind = kind_of(value)
    return _KIND_ORDER.index(kind) if kind in _KIND_ORDER else len(_KIND_ORDER)
