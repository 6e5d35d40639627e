"""Let the user edit a secret: in a private folder, in memory where the host has such a place."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from werfish.errors import SecretError
from werfish.own_folder import own_folder

EDITORS = ("vim", "vi", "nano")
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is private


class EditorError(SecretError):
    """There is no editor, or it gave up."""


def editor_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words that start the user's editor: ``$EDITOR``, else the first that is there."""
    named = tuple(environment.get("EDITOR", "").split())
    if named:
        return named
    found = next((name for name in EDITORS if shutil.which(name)), "")
    if not found:
        hint = f"set $EDITOR, or install one of {', '.join(EDITORS)}"
        raise EditorError("edit the secret: editor not detected", hint=hint)
    return (found,)


def edited(data: bytes, name: str, editor: Callable[[Sequence[str]], int]) -> bytes:
    """Return *data* after the user edited it in a file called *name*.

    *editor* runs the words that it is given, with the terminal, and returns the exit code.
    """
    with own_folder(_MEMORY if os.access(_MEMORY, os.W_OK) else None) as folder:
        path = folder / name
        path.write_bytes(data)
        path.chmod(0o600)
        code = editor([str(path)])
        if code != 0:
            hint = "nothing was changed"
            raise EditorError(f"edit the secret: the editor ended with exit code {code}", hint=hint)
        return path.read_bytes() if path.is_file() else data
