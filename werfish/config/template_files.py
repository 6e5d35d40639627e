"""``.Files`` of a configuration's templates: the files of the project, in two manners.

The lenient is werf 1.1's: a file that is missing is empty, with a warning. The strict is werf 2's:
it is an error. A path that leads out of the project is an error in both.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from werfish.config.errors import MissingFileError, OutsideFolderError, UnreadableConfigError
from werfish.config.files import ConfigFiles
from werfish.config.glob import TooManyPatternsError
from werfish.gotemplate.errors import GoError
from werfish.gotemplate.quoting import quote
from werfish.gotemplate.signatures import function
from werfish.gotemplate.types import GoType, type_named
from werfish.gotemplate.values import MISSING


class TemplateFiles:
    """What templates see of *files*: paths are relative to the folder *base*."""

    go_type: ClassVar[GoType] = type_named("files.Files")

    def __init__(
        self, files: ConfigFiles, base: str, warn: Callable[[str], None], *, strict: bool
    ) -> None:
        """Read *files*; *warn* hears of what is not there, unless that is an error (*strict*)."""
        self._files = files
        self._base = base
        self._hears = warn
        self._told: set[str] = set()
        self._strict = strict

    def member(self, name: str) -> Any:
        """Return the method *name* of ``.Files``."""
        methods: dict[str, Callable[[str], Any]] = {
            "Get": self._get,
            "Glob": self._glob,
            "Exists": lambda path: self._asked("Exists", path, self._files.exists),
            "IsDir": lambda path: self._asked("IsDir", path, self._files.is_folder),
        }
        return function(methods[name], "string") if name in methods else MISSING

    def _get(self, path: str) -> str:
        try:
            return _text(self._files.read(f"{self._base}/{path}"))
        except OutsideFolderError as error:
            raise _go_error("Get", path, error.problem) from error
        except UnreadableConfigError as error:
            return self._without("Get", path, error)

    def _without(self, method: str, path: str, error: UnreadableConfigError) -> str:
        """Return what stands for a file that cannot be read."""
        if not self._strict:
            self._warn(f'.Files.{method} "{path}": {error.problem}; it is taken for empty')
            return ""
        problem = error.problem
        if isinstance(error, MissingFileError):
            problem = (
                f"the file {quote(path)} not found in the project git repository{error.lacking}"
            )
        raise _go_error(method, path, problem) from error

    def _glob(self, pattern: str) -> dict[str, str]:
        try:
            found = self._files.glob(pattern, self._base)
        except TooManyPatternsError as error:
            raise _go_error("Glob", pattern, "its braces are too many") from error
        except OutsideFolderError as error:
            raise _go_error("Glob", pattern, error.problem) from error
        for path in found.outside:
            self._warn(f'.Files.Glob "{pattern}": {path} leads out of the project; passed over')
        contents = {
            path: self._without("Glob", path, content)
            if isinstance(content, UnreadableConfigError)
            else _text(content)
            for path, content in found.contents.items()
        }
        if not contents and self._strict:
            raise _go_error("Glob", pattern, "no matches found")
        if not contents:
            self._warn(f'.Files.Glob "{pattern}": no file matches')
        return contents

    def _warn(self, text: str) -> None:
        """Tell *text* once, however often templates ask for the same."""
        if text not in self._told:
            self._told.add(text)
            self._hears(text)

    def _asked(self, method: str, path: str, ask: Callable[[str], bool]) -> bool:
        try:
            return ask(f"{self._base}/{path}")
        except OutsideFolderError as error:
            raise _go_error(method, path, error.problem) from error


def _go_error(method: str, argument: str, problem: str) -> GoError:
    return GoError(f"{{{{ .Files.{method} {quote(argument)} }}}}: {problem}")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
