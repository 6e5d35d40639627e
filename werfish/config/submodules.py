"""Submodules that are not checked out: why a file may be missing, and what to do about it."""

import posixpath
import re

from werfish.config.resolve import resolve
from werfish.config.tree import FileTree, Kind

_MODULES = ".gitmodules"
_PATH = re.compile(rb"^\s*path\s*=\s*(.+?)\s*$", re.MULTILINE)


def unfetched(tree: FileTree, path: str, *, below: bool = False) -> str:
    """Return what to do where *path* is in a submodule of *tree* of which nothing is there.

    *below* asks for submodules below *path*, too. It is nothing where there is none of them.
    """
    if resolve(tree, _MODULES).kind is not Kind.FILE:
        return ""
    (listed,) = tree.contents([_MODULES])
    names = _PATH.findall(listed if isinstance(listed, bytes) else b"")
    asked = f"{posixpath.normpath(path).lstrip('/')}/"
    for name in (raw.decode(errors="surrogateescape") for raw in names):
        is_meant = asked.startswith(f"{name}/") or (below and f"{name}/".startswith(asked))
        if is_meant and not _has_files(tree, name):
            return f'submodule "{name}" is not checked out; run git submodule update --init'
    return ""


def _has_files(tree: FileTree, folder: str) -> bool:
    return resolve(tree, folder).kind is Kind.FOLDER and bool(tree.children(folder))
