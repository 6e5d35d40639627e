"""``.Files`` of a configuration's templates: the files beside it, as werf 1.1 gives them.

A file that is missing is the empty string, with a warning.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from werfish.gotemplate.signatures import function
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING, Map


class ProjectFiles:
    """The files below *directory*; paths of templates are relative to it."""

    go_type: ClassVar[GoType] = type_named("files.Files")

    def __init__(self, directory: Path, warn: Callable[[str], None]) -> None:
        """Read below *directory* and *warn* of what is not there."""
        self._directory = directory
        self._warn = warn

    def member(self, name: str) -> Any:
        """Return the method *name* of ``.Files``."""
        methods: dict[str, Callable[[str], Any]] = {
            "Get": self._get,
            "Glob": self._glob,
            "Exists": lambda path: self._path(path).exists(),
            "IsDir": lambda path: self._path(path).is_dir(),
        }
        return function(methods[name], "string") if name in methods else MISSING

    def _path(self, path: str) -> Path:
        return self._directory / path.lstrip("/")

    def _get(self, path: str) -> str:
        try:
            return self._path(path).read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._warn(f'.Files.Get "{path}": {reason}; it is taken for empty')
            return ""

    def _glob(self, pattern: str) -> Any:
        from wcmatch import glob

        flags = glob.GLOBSTAR | glob.DOTGLOB | glob.BRACE | glob.CASE
        found = sorted(glob.iglob(pattern, root_dir=str(self._directory), flags=flags))
        contents = {path: self._get(path) for path in found if self._path(path).is_file()}
        if not contents:
            self._warn(f'.Files.Glob "{pattern}": no file matches')
            return None
        return Map("map[string]string", contents)
