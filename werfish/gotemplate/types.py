"""Go's types, as far as a template can see them: a name, a kind, and what a container holds."""

from functools import cache

from stages.light_dataclass import dataclass

SIGNED_KINDS = frozenset(("int", "int8", "int16", "int32", "int64"))
UNSIGNED_KINDS = frozenset(("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"))
INTEGER_KINDS = SIGNED_KINDS | UNSIGNED_KINDS
FLOAT_KINDS = frozenset(("float32", "float64"))
_BASIC = {"bool", "string"} | INTEGER_KINDS | FLOAT_KINDS


@dataclass(frozen=True, slots=True)
class GoType:
    """A Go type. *name* is as ``%T`` prints it, *kind* as ``reflect.Kind`` prints it.

    *key* and *element* are the types inside a map; *element* alone that inside a slice. Types are
    compared by equality: two with one name are one type.
    """

    name: str
    kind: str
    element: "GoType | None" = None
    key: "GoType | None" = None

    def __str__(self) -> str:
        """Return the name, as ``%T`` prints it."""
        return self.name

    @property
    def can_be_nil(self) -> bool:
        """Whether ``nil`` is a value of this type."""
        return self.kind in {"interface", "map", "slice", "ptr", "func"}


@cache
def type_named(text: str) -> GoType:
    """Return the type that *text* writes: ``any``, ``int64``, ``[]string``, ``map[string]any``.

    Any other name is a struct of that name; with ``*`` before it a pointer to one.
    """
    text = _ALIASES.get(text, text)
    if text.startswith("[]"):
        element = type_named(text[2:])
        return GoType(f"[]{element.name}", "slice", element)
    if text.startswith("map["):
        key_text, _, element_text = text[4:].partition("]")
        key, element = type_named(key_text), type_named(element_text)
        return GoType(f"map[{key.name}]{element.name}", "map", element, key)
    return GoType(text, _kind_of_name(text))


_ALIASES = {"any": "interface {}", "interface{}": "interface {}", "byte": "uint8"}
_KINDS_BY_START = {"interface ": "interface", "func(": "func", "*": "ptr"}


def _kind_of_name(text: str) -> str:
    if text in _BASIC:
        return text
    return next(
        (kind for start, kind in _KINDS_BY_START.items() if text.startswith(start)), "struct"
    )


ANY = type_named("any")
BOOL = type_named("bool")
STRING = type_named("string")
INT = type_named("int")
INT64 = type_named("int64")
FLOAT64 = type_named("float64")
ANY_SLICE = type_named("[]any")
STRING_SLICE = type_named("[]string")
INT_SLICE = type_named("[]int")
BYTES = type_named("[]byte")
ANY_MAP = type_named("map[any]any")
STRING_ANY_MAP = type_named("map[string]any")
STRING_MAP = type_named("map[string]string")
VALUE = type_named("reflect.Value")
"""A parameter of this type gets what was evaluated, `MISSING` included."""
