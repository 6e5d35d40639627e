"""What can be wrong with a project's configuration."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.config.advice import nearest
from werfish.config.document import lines_of
from werfish.config.source_lines import AS_WRITTEN, Place, SourceLines
from werfish.errors import ConfigError, counted

_WIDEST_QUOTE = 120
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, at a *line* and *column* of the rendered text, from 1.

    *where* is the way to it for people (``image "app": git[0].to``), empty for the whole file.
    *first* is the line of what it repeats, 0 where it repeats nothing.
    """

    line: int
    column: int
    where: str
    text: str
    first: int = 0


class InvalidConfigError(ConfigError):
    """The configuration was read, and this is everything that is wrong with it."""

    def __init__(
        self,
        file: str,
        problems: Sequence[Problem],
        text: str,
        *,
        hint: str = "",
        lines: SourceLines = AS_WRITTEN,
    ) -> None:
        """Show all *problems* of *file* in the order of its lines, quoting them from *text*.

        *text* is rendered; *lines* says where its lines were written.
        """
        self.file = file
        self.problems = tuple(sorted(set(problems)))
        quoted = lines_of(text)
        found = told_once(file, self.problems, lines)
        count = counted(len(found), "problem")
        shown = (shown_problem(file, problem, quoted, lines) for problem in found)
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

    def __init__(self, path: str, lacking: str = "") -> None:
        """Name the file; what is *lacking* says why it may not be there."""
        super().__init__(path, f"no such file or directory{lacking}")
        self.lacking = lacking


class MissingFolderError(UnreadableConfigError):
    """The folder of templates that the user named is not there."""

    def __init__(self, path: str, lacking: str = "") -> None:
        """Name the folder; what is *lacking* says why it may not be there."""
        usage = "--config-templates-dir names a folder, from here; without it, .werf is taken"
        super().__init__(path, "no such folder", hint=lacking or usage)


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


class UnknownImageError(ConfigError):
    """The user asked for an image that the project does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Name the image, and what there is."""
        meant = nearest(name, known)
        advice = f'did you mean "{meant}"? ' if meant else ""
        super().__init__(
            f'select the images: no image "{name}" in the project',
            hint=f"{advice}the images are: {', '.join(known) or 'none'}",
        )
        self.name = name


def told_once(file: str, problems: Sequence[Problem], lines: SourceLines) -> list[Problem]:
    """Return *problems*, those of one line of a template as one, however often it was rendered.

    Its text says where else it is found.
    """
    same: dict[object, list[Problem]] = {}
    for one in problems:
        place = lines.place_of(one.line, file)
        same.setdefault((place, one.column, one.text, one.first), []).append(one)
    return [
        replace(first, text=first.text + _elsewhere(first, rest)) for first, *rest in same.values()
    ]


def _elsewhere(first: Problem, others: Sequence[Problem]) -> str:
    places = list(dict.fromkeys(one.where for one in others if one.where not in ("", first.where)))
    left = len(places) - _MOST_PLACES
    shown = ", ".join(places[:_MOST_PLACES]) + (f" and {left} more" if left > 0 else "")
    return f"; the same in {shown}" if shown else ""


def shown_problem(file: str, problem: Problem, quoted: Sequence[str], lines: SourceLines) -> str:
    """Return *problem* of *file* with its place and the line that it is about, marked.

    *quoted* are the lines of the rendered text. A line that an action of a template printed is
    shown as it was rendered.
    """
    place = lines.place_of(problem.line, file)
    line = quoted[problem.line - 1] if problem.line <= len(quoted) else ""
    is_whole = place == Place(file, problem.line)
    head = f"  {place}:{problem.column if is_whole else ''}".rstrip(":")
    where = f"{problem.where}: " if problem.where else ""
    text = f"{head}: {where}{problem.text}{_repeated(problem, place, file, lines)}"
    if not line.strip():
        return text
    number = str(place.line) if place.is_written else f"rendered {problem.line}"
    return f"{text}\n{number:>6} | {_printable(line)}{_mark(line, problem.column)}"


def _repeated(problem: Problem, place: Place, file: str, lines: SourceLines) -> str:
    if not problem.first:
        return ""
    first = lines.place_of(problem.first, file)
    return f", first in {f'line {first.line}' if first.file == place.file else first}"


def _mark(line: str, column: int) -> str:
    """Return a line of its own that points at *column*, nothing where that is cut off."""
    if not 1 <= column <= min(len(line), _WIDEST_QUOTE):
        return ""
    return f"\n{'':>6} | {' ' * (column - 1)}^"


def _printable(line: str) -> str:
    cut = line if len(line) <= _WIDEST_QUOTE else line[:_WIDEST_QUOTE] + "..."
    return "".join(letter if letter.isprintable() else " " for letter in cut)
