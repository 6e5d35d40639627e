"""Text out of anything: what ``toString``, ``quote`` and ``join`` make of a value."""

from typing import Any

from werfish.gotemplate.formatting import text_of
from werfish.gotemplate.values import Uint8, from_bytes, kind_of


def string_of(value: Any) -> str:
    """Return *value* as sprig writes it: text as it is, everything else as ``%v``."""
    if isinstance(value, str):
        return value
    return from_bytes(value) if isinstance(value, bytes) else text_of(value)


def strings_of(value: Any) -> list[str]:
    """Return the items of a list as text, without those that are nil; anything else is one."""
    if kind_of(value) == "slice":
        return [string_of(item) for item in items_of(value) if item is not None]
    return [] if value is None else [string_of(value)]


def items_of(value: Any) -> list[Any]:
    """Return the items of a slice; those of a ``[]byte`` are numbers."""
    return [Uint8(byte) for byte in value] if isinstance(value, bytes) else list(value)
