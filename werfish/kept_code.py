"""Keep the code of dataclasses from run to run, as Python keeps that of modules.

`dataclasses` writes the methods of each class as text and compiles them, in every process anew: a
millisecond a class, a quarter of what an unchanged build takes. What was compiled is kept beside
the compiled modules, where only who may change those may write, and is found by the whole text: so
it is never out of date.
"""

import atexit
import dataclasses
import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_MOST = 5000
"""Texts in a file at most: those of other versions of werfish stay in it until then."""


class KeptCode:
    """Compiled texts, in a file at *path*; one that cannot be read, or written, costs time only.

    Without *keeps* nothing is written.
    """

    def __init__(self, path: Path, *, keeps: bool = True) -> None:
        """Read what was kept by this very Python."""
        self._path = path
        self._keeps = keeps
        self._kept = _read(path)
        self._used: dict[str, bytes] = {}
        self._has_new = False

    def run(self, text: str, globals: dict[str, Any] | None, locals: Mapping[str, Any]) -> None:
        """Do what ``exec`` does, and compile *text* only if nobody has."""
        data = self._kept.get(text)
        if data is None:
            code = compile(text, "<string>", "exec")
            if self._keeps:
                self._used[text] = marshal.dumps(code)
                self._has_new = True
        else:
            self._used[text] = data
            code = marshal.loads(data)  # noqa: S302 - as trusted as the compiled modules beside it
        exec(code, globals, locals)  # noqa: S102 - `dataclasses` would do the same

    def save(self) -> None:
        """Write the file, whole or not at all, if there is something new."""
        if not self._has_new:
            return
        all_known = self._kept | self._used
        kept = all_known if len(all_known) <= _MOST else self._used
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            unfinished.write_bytes(marshal.dumps((sys.version, kept)))
            unfinished.replace(self._path)


def keep_class_code() -> None:
    """Let the classes that this process makes from now on use what others have compiled."""
    compiled = globals().get("__cached__")
    if not compiled:
        return
    path = Path(compiled).with_suffix(".classes")
    may_write = not sys.dont_write_bytecode and os.access(path.parent, os.W_OK)
    kept = KeptCode(path, keeps=may_write)
    dataclasses.exec = kept.run  # type: ignore[attr-defined]  # found before the built-in one
    atexit.register(kept.save)


def _read(path: Path) -> dict[str, bytes]:
    try:
        version, kept = marshal.loads(path.read_bytes())  # noqa: S302 - see `KeptCode.run`
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return kept if version == sys.version and isinstance(kept, dict) else {}
