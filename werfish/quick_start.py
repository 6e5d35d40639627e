"""What the program puts off when it starts: work of imports whose result most runs never ask for.

A module compiles its patterns when it is imported, whether this run will match with them or not: of
the hundred that a build meets, seventy stay unused, at 0.1 to 10 ms each. And one that only wants
to tell a version some day has `importlib.metadata` imported, and thirty modules with it.

Only the program does this, before it imports anything else; who uses its packages as a library
gets what the standard library does.
"""

import copyreg
import importlib
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

LATE = (
    *("werfish.", "stages.", "click.", "urllib3.", "yaml."),
    *("email.", "logging.", "gettext.", "locale.", "platform.", "textwrap.", "tokenize."),
    *("http.", "json.", "string.", "urllib."),
)
"""The modules and packages whose patterns can wait: each name ends with a point."""

METADATA = "importlib.metadata"
_IMPORTING = threading.RLock()


class LatePattern:
    """A pattern that is compiled when it is first asked for anything; `re` takes it for one.

    A mistake in its text is told then, by `re.error`.
    """

    def __init__(self, make: Callable[[], "re.Pattern[Any]"]) -> None:
        self._make = make

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """Be a pattern for ``isinstance``."""
        return re.Pattern

    def __getattr__(self, name: str) -> Any:
        """Return what the pattern has under *name*, and keep it: the next time it is just there."""
        value = getattr(self._compiled(), name)
        vars(self)[name] = value
        return value

    def __eq__(self, other: object) -> bool:
        """Be equal to a pattern of the same text and flags."""
        return bool(self._compiled() == _plain(other))

    def __hash__(self) -> int:
        """Hash as the pattern does."""
        return hash(self._compiled())

    def __repr__(self) -> str:
        """Be written as the pattern is."""
        return repr(self._compiled())

    def __copy__(self) -> "re.Pattern[Any]":
        """Patterns cannot be changed, so a copy is the pattern."""
        return self._compiled()

    def __deepcopy__(self, _: object) -> "re.Pattern[Any]":
        """Return the pattern, as a copy does."""
        return self._compiled()

    def __reduce__(self) -> Any:
        """Be pickled as the pattern is."""
        return copyreg.dispatch_table[re.Pattern](self._compiled())

    def _compiled(self) -> "re.Pattern[Any]":
        compiled = vars(self).get("_pattern")
        if compiled is None:
            compiled = vars(self)["_pattern"] = self._make()
        return compiled


def _plain(other: object) -> object:
    return other._compiled() if type(other) is LatePattern else other


class LateMetadata(ModuleType):
    """Stands for `importlib.metadata` until something but its function ``version`` is wanted."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module has under *name*; it is imported for that.

        It has no ``__path__``: each ``from`` import asks for that.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_metadata(), name)

    @staticmethod
    def version(distribution_name: str) -> str:
        """Return the version of the installed package *distribution_name*."""
        return str(_metadata().version(distribution_name))


def put_off() -> None:
    """Let patterns of the modules in `LATE` be compiled, and metadata be imported, when wanted."""
    re.compile = partial(_late_or_now, re.compile)
    if METADATA not in sys.modules:
        importlib.metadata = sys.modules[METADATA] = LateMetadata(METADATA)


def _late_or_now(
    compile_now: Callable[..., "re.Pattern[Any]"], pattern: Any, flags: int = 0
) -> Any:
    """Be `re.compile` for whoever calls: late for a module of `LATE` that is being imported."""
    caller = sys._getframe(1)
    is_imported = caller.f_locals is caller.f_globals or "__qualname__" in caller.f_locals
    if is_imported and f"{caller.f_globals.get('__name__')}.".startswith(LATE):
        return LatePattern(partial(compile_now, pattern, flags))
    return compile_now(pattern, flags)


def _metadata() -> Any:
    with _IMPORTING:
        if type(sys.modules.get(METADATA)) is LateMetadata:
            del sys.modules[METADATA]
        return importlib.import_module(METADATA)
