r"""How Go values are Python objects here.

========================  ===========================================================
Go                        here
========================  ===========================================================
``nil`` (an interface)    ``None``
no value at all           `MISSING`: an absent key; functions never see it, they get ``None``
``bool``, ``float64``     ``bool``, ``float``
``int``                   ``int``; never more than 64 bits: `wrap_int`
``int64``, ``uint64``...  `Int64`, `Uint64`, ...: subclasses of int; arithmetic on them gives a
                          plain int, so wrap the result again: ``Int64(wrap_int(a + b))``
``string``                ``str``; bytes that are not UTF-8 are lone surrogates, as Python's
                          ``surrogateescape`` writes them: `to_bytes`, `from_bytes`
``[]byte``                ``bytes``
``map[string]any``        ``dict``
``[]any``                 ``list``
every other slice, map    `Slice`, `Map` (list, dict with a `go_type`): ``strings(["a"])`` is a
                          ``[]string``; ``Slice("[]int64", items)``; ``Map("map[string]string")``
``map[any]any``           `Map` whose keys go through `any_key` and come back by `key_value`
nil slice, nil map        ``nil_of("[]any")``; `is_nil` tells them; empty containers otherwise
struct, pointer, named    any class that satisfies `GoObject`
func                      `signatures.Function`
========================  ===========================================================

An error that Go returns (or a panic) is `GoError`, raised with Go's text. A function is declared
with its Go parameter types (`signatures.function`), and gets arguments of exactly those.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.types import (
    ANY_SLICE,
    BOOL,
    BYTES,
    FLOAT64,
    INT,
    INT64,
    STRING,
    STRING_ANY_MAP,
    GoType,
    type_named,
)


class _Missing:
    """What an absent key evaluates to; there is one, `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
"""No value at all: Go's invalid ``reflect.Value``, printed ``<no value>``."""


@runtime_checkable
class GoObject(Protocol):
    """A value with a type of its own: a struct, a pointer to one, a named integer.

    Its truth, length and number are its Python ones where its kind has such. ``go_string()`` (for
    ``String()`` or ``Error()``) and ``go_fields()`` (what ``%v`` prints between braces) are
    optional methods.
    """

    go_type: ClassVar[GoType]

    def member(self, name: str) -> Any:
        """Return the field *name*, the method *name* as a `signatures.Function`, or `MISSING`."""


class Int64(int):
    """An ``int64``."""

    go_type: ClassVar[GoType] = INT64


class Uint64(int):
    """A ``uint64``."""

    go_type: ClassVar[GoType] = type_named("uint64")


class Int32(int):
    """An ``int32``, which a rune is."""

    go_type: ClassVar[GoType] = type_named("int32")


class Uint8(int):
    """A ``uint8``, which a byte is."""

    go_type: ClassVar[GoType] = type_named("uint8")


class Slice(list[Any]):
    """A slice of a type other than ``[]any``, or a nil one."""

    __slots__ = ("go_type", "is_nil")

    def __init__(self, go_type: GoType | str, items: Iterable[Any] = (), *, nil: bool = False):
        """Hold *items*, which must all be of the element type."""
        super().__init__(items)
        self.go_type = type_named(go_type) if isinstance(go_type, str) else go_type
        self.is_nil = nil


class Map(dict[Any, Any]):
    """A map of a type other than ``map[string]any``, or a nil one."""

    __slots__ = ("go_type", "is_nil")

    def __init__(
        self, go_type: GoType | str, items: Mapping[Any, Any] | None = None, *, nil: bool = False
    ):
        """Hold *items*, whose keys and values must be of the types that *go_type* names."""
        super().__init__(items or {})
        self.go_type = type_named(go_type) if isinstance(go_type, str) else go_type
        self.is_nil = nil

    def __setitem__(self, key: Any, value: Any) -> None:
        """Set as Go does: a nil map takes nothing."""
        if self.is_nil:
            raise GoError("assignment to entry in nil map")
        super().__setitem__(key, value)


class _Key:
    """A key of a ``map[any]any`` that Python would take for another: ``true`` for 1, 1.0 for 1."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Key)
            and type(self.value) is type(other.value)
            and bool(self.value == other.value)
        )


def any_key(value: Any) -> Any:
    """Return *value* as a key of a ``map[any]any``; keys of other types are never one another."""
    return value if type(value) in {str, int} else _Key(value)


def key_value(key: Any) -> Any:
    """Return the value that `any_key` made *key* of; every other key as it is."""
    return key.value if type(key) is _Key else key


def strings(items: Iterable[str]) -> Slice:
    """Return a ``[]string``."""
    return Slice(_STRINGS, items)


def nil_of(go_type: GoType | str) -> Slice | Map:
    """Return the nil slice or nil map of *go_type*."""
    named = type_named(go_type) if isinstance(go_type, str) else go_type
    return Map(named, nil=True) if named.kind == "map" else Slice(named, nil=True)


def is_nil(value: Any) -> bool:
    """Return whether *value* is nil: none, missing, a nil slice or a nil map."""
    return value is None or value is MISSING or getattr(value, "is_nil", False) is True


_STRINGS = type_named("[]string")
_TYPES: dict[type, GoType] = {
    str: STRING,
    int: INT,
    bool: BOOL,
    float: FLOAT64,
    dict: STRING_ANY_MAP,
    list: ANY_SLICE,
    bytes: BYTES,
}


def type_of(value: Any) -> GoType | None:
    """Return the type of *value* as ``%T`` prints it; none for ``nil`` and `MISSING`."""
    known = _TYPES.get(type(value))
    if known is None and value is not None and value is not MISSING:
        known = value.go_type
    return known


def hides_elements(value: Any) -> bool:
    """Return whether *value* is a slice or map of ``any``: what it holds may be of every type."""
    known = type_of(value)
    element = known.element if known is not None else None
    return element is not None and element.kind == "interface"


def kind_of(value: Any) -> str:
    """Return the kind of *value* as ``reflect.Kind`` prints it; ``invalid`` for nil."""
    known = type_of(value)
    return known.kind if known is not None else "invalid"


def type_name(value: Any) -> str:
    """Return the name of the type of *value*: ``<nil>`` for nil, as ``%T`` prints it."""
    known = type_of(value)
    return known.name if known is not None else "<nil>"


_ZEROS: dict[str, Any] = {"string": "", "bool": False, "int": 0, "float64": 0.0}
_ZEROS |= {"int64": Int64(0), "uint64": Uint64(0), "uint8": Uint8(0), "int32": Int32(0)}


def zero_of(go_type: GoType) -> Any:
    """Return the zero value of *go_type*."""
    if go_type.kind in {"map", "slice"}:
        return nil_of(go_type)
    return _ZEROS.get(go_type.name)


_NUMBERS: dict[str, Any] = {"int": int, "int64": Int64, "uint64": Uint64, "uint8": Uint8}
_NUMBERS |= {"int32": Int32, "float64": float, "float32": float}


def number_as(go_type: GoType, number: Any) -> Any:
    """Return *number* as a value of the numeric *go_type*."""
    return _NUMBERS.get(go_type.kind, int)(number)


def truth(value: Any) -> bool:
    """Return whether *value* is true in ``if``: not nil, zero or empty; structs always are."""
    if value is None or value is MISSING:
        return False
    if isinstance(value, (str, int, float, list, dict, bytes)):
        return bool(value)
    return True


def wrap_int(number: int) -> int:
    """Return *number* as a 64-bit integer holds it: around the corner when it is too large.

    >>> wrap_int(2**63) == -(2**63)
    True
    """
    return (number + 2**63) % 2**64 - 2**63


def to_bytes(text: str) -> bytes:
    """Return the bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """Return the Go string of *data*, which need not be UTF-8."""
    return data.decode("utf-8", "surrogateescape")
