"""Matching in linear time by RE2 itself, where its Python package ``google-re2`` is installed.

Python's own engine tries every way to match in turn: ``(a+)+$`` takes it longer than anybody
waits on forty letters, while Go, whose templates these are, has no such pattern.
"""

import re
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

_MEMORY = 64 << 20
"""The most that a compiled pattern may take; a larger one is left to Python."""


class Pattern(Protocol):
    """What is used of a compiled pattern; Python's own has it."""

    @property
    def groups(self) -> int:
        """Return how many groups there are."""
        ...

    def search(self, text: str, position: int = 0, /) -> "re.Match[str] | None":
        """Return the first match at *position* or after it."""
        ...


class _Linear:
    r"""A pattern of RE2; texts that are no Unicode are left to *own*, Python's.

    So are texts of more than ASCII where the pattern has ``\B``: RE2 finds it, too, between the
    bytes of a letter, where Go does not look.
    """

    def __init__(self, pattern: str, linear: Any, own: "re.Pattern[str]") -> None:
        self._linear, self._own = linear, own
        self._ascii_only = r"\B" in pattern
        self.groups = own.groups

    def search(self, text: str, position: int = 0, /) -> "re.Match[str] | None":
        if self._ascii_only and not text.isascii():
            return self._own.search(text, position)
        try:
            return cast("re.Match[str] | None", self._linear.search(text, position))
        except UnicodeEncodeError:
            return self._own.search(text, position)


def linear(pattern: str, own: "re.Pattern[str]") -> Pattern:
    """Return RE2's *pattern*, or *own*, the same one in Python's syntax, where RE2 is not there."""
    found = library()
    if found is None:
        return own
    options = found.Options()
    options.log_errors, options.max_mem = False, _MEMORY
    try:
        return _Linear(pattern, found.compile(pattern, options), own)
    except (found.error, UnicodeEncodeError):
        return own


@lru_cache(maxsize=1)
def library() -> Any:
    """Return RE2's package, or ``None``; others have been published under its name."""
    try:
        found = import_module("re2")
    except ImportError:
        return None
    return found if hasattr(getattr(found, "Options", None), "max_mem") else None
