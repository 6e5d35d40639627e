"""A project's files for templates, held in memory: ``.Files``."""

from fnmatch import fnmatchcase
from typing import Any, ClassVar

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.signatures import function
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING, Map


class Files:
    """Files by their path."""

    go_type: ClassVar[GoType] = type_named("files.Files")

    def __init__(self, contents: dict[str, str]) -> None:
        """Hold *contents* by path."""
        self.contents = contents

    def member(self, name: str) -> Any:
        """Return the method *name*."""
        methods = {
            "Get": self._get,
            "Glob": self._glob,
            "Exists": lambda path: path in self.contents,
            "IsDir": lambda path: any(each.startswith(f"{path}/") for each in self.contents),
        }
        return function(methods[name], "string") if name in methods else MISSING

    def _get(self, path: str) -> str:
        if path not in self.contents:
            raise GoError(f"{{{{ .Files.Get {path!r} }}}}: the file must be there")
        return self.contents[path]

    def _glob(self, pattern: str) -> Map:
        found = {path: text for path, text in self.contents.items() if fnmatchcase(path, pattern)}
        return Map("map[string]string", found)
