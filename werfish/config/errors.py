"""What can be wrong with a project's configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from werfish.config.document import lines_of
from werfish.errors import ConfigError

_WIDEST_QUOTE = 120


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, at a *line* and *column* that count from 1.

    *where* is the way to it for people (``image "app": git[0].to``), empty for the whole file.
    """

    line: int
    column: int
    where: str
    text: str


class InvalidConfigError(ConfigError):
    """The configuration was read, and this is everything that is wrong with it."""

    def __init__(
        self, file: str, problems: Sequence[Problem], text: str, *, hint: str = ""
    ) -> None:
        """Show all *problems* of *file* in the order of its lines, quoting them from *text*."""
        self.file = file
        self.problems = tuple(sorted(set(problems)))
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = lines_of(text)
        shown = (_shown(file, problem, lines) for problem in self.problems)
        super().__init__("\n".join((f'read "{file}": {count}', *shown)), hint=hint)


class ConfigNotFoundError(ConfigError):
    """There is no configuration where it was looked for."""

    def __init__(self, paths: Sequence[Path | str], *, hint: str = "") -> None:
        """Name every path that was tried."""
        tried = " or ".join(f'"{path}"' for path in paths)
        super().__init__(f"read {tried}: no such file", hint=hint)
        self.paths = tuple(paths)


class UnreadableConfigError(ConfigError):
    """A file of the configuration cannot be read as text."""

    def __init__(self, path: str, problem: str, *, hint: str = "") -> None:
        """Name the file and the *problem*."""
        super().__init__(f'read "{path}": {problem}', hint=hint)
        self.path = path
        self.problem = problem


class MissingFileError(UnreadableConfigError):
    """A file that is asked for is not there."""

    def __init__(self, path: str) -> None:
        """Name the file."""
        super().__init__(path, "no such file or directory")


class OutsideFolderError(UnreadableConfigError):
    """A path leads out of the folder that a configuration may read."""

    def __init__(self, path: str, folder: Path) -> None:
        """Name the *path*, and the *folder* that it leads out of."""
        super().__init__(
            path,
            f'it leads out of the folder "{folder}"',
            hint="a configuration reads files of its project only, and follows no absolute link; "
            "name the file with --config, or the folder of templates with --config-templates-dir",
        )
        self.folder = folder


def _shown(file: str, problem: Problem, lines: Sequence[str]) -> str:
    where = f"{problem.where}: " if problem.where else ""
    head = f"  {file}:{problem.line}:{problem.column}: {where}{problem.text}"
    quoted = lines[problem.line - 1] if problem.line <= len(lines) else ""
    return f"{head}\n{problem.line:>6} | {_printable(quoted)}" if quoted.strip() else head


def _printable(line: str) -> str:
    cut = line if len(line) <= _WIDEST_QUOTE else line[:_WIDEST_QUOTE] + "..."
    return "".join(letter if letter.isprintable() else " " for letter in cut)
