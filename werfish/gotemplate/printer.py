"""One value in the form that a verb and its flags ask for: the printing half of Go's ``fmt``."""

from dataclasses import replace
from functools import cmp_to_key
from typing import Any

from werfish.gotemplate.values import is_nil, key_value, kind_of, type_name, type_of
from werfish.gotemplate.verbs import (
    Flags,
    digits_text,
    is_scalar,
    pad,
    padded_text,
    print_scalar,
    print_string,
)

NO_FLAGS = Flags()


def print_argument(value: Any, verb: str, flags: Flags) -> str:
    """Return *value*, an argument of ``printf``, as *verb* with *flags* prints it."""
    if value is None:
        return pad("<nil>", flags) if verb in "Tv" else f"%!{verb}(<nil>)"
    if verb == "T":
        return padded_text(type_name(value), flags)
    if verb == "p":
        return _pointer(value, verb, flags)
    return _print(value, verb, flags, 0, True)


def _print(value: Any, verb: str, flags: Flags, depth: int, methods: bool) -> str:
    if methods and (own := _by_method(value, verb, flags)) is not None:
        return own
    if is_scalar(value):
        return print_scalar(value, verb, flags)
    return _container(value, verb, flags, depth, kind_of(value))


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
    return None if own is None else print_string(own(), verb, flags)


def _bad_verb(value: Any, verb: str, flags: Flags) -> str:
    return f"%!{verb}({type_name(value)}={_print(value, 'v', flags, 0, False)})"


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
        return pad("<nil>", flags)
    return digits_text(address, "x", replace(flags, sharp=not flags.sharp))


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
