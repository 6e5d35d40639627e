"""What is wrong in a template, told of the file and line where it is written.

As in Go, an error arrives wrapped once by each template that was on its way: people look for the
innermost one that is a file of theirs.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.config.errors import InvalidConfigError, Problem
from werfish.config.template_advice import Known, in_files, remedy_for

if TYPE_CHECKING:
    from werfish.gotemplate.errors import TemplateError


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one template, and the *file* that it was read from, for people."""

    file: str
    text: str


def located(
    error: "TemplateError", sources: Mapping[str, Source], file: str, known: Known
) -> InvalidConfigError:
    """Return *error* as the problem of the innermost of the *sources* that it passed.

    The lines that led there follow, the nearest first. *file* is told of where it passed none.
    What is *known* may be what was meant.
    """
    chain = list(_wrapped(error))
    written = [one for one in chain if one.template in sources]
    place = written[-1] if written else error
    source = sources.get(place.template, Source(file, ""))
    way = list(dict.fromkeys(_line(one, sources) for one in reversed(written)))[1:]
    said = _said(place, sources, known)
    if chain[-1] is not place:
        inside = _said(chain[-1], sources, known)
        said = f"<{place.expression}>: line {chain[-1].line} of the text: {inside}"
    if way:
        said += f"; reached from {', '.join(way)}"
    problem = Problem(max(place.line, 1), _column(place, source.text), "", said)
    return InvalidConfigError(source.file, [problem], source.text)


def _wrapped(error: "TemplateError") -> Iterator["TemplateError"]:
    """Yield *error* and those that it wraps, the innermost last."""
    from werfish.gotemplate.errors import TemplateError

    one: BaseException | None = error
    while isinstance(one, TemplateError):
        yield one
        one = one.__cause__


def _line(error: "TemplateError", sources: Mapping[str, Source]) -> str:
    return f"{sources[error.template].file}:{error.line}"


def _said(error: "TemplateError", sources: Mapping[str, Source], known: Known) -> str:
    message = in_files(error.message, {name: one.file for name, one in sources.items()})
    said = f"<{error.expression}>: {message}" if error.expression else message
    remedy = remedy_for(error.message, error.expression, known)
    return f"{said}; {remedy}" if remedy else said


def _column(error: "TemplateError", text: str) -> int:
    """Return the column of *error* in characters, from 1; the engine counts bytes, as Go does."""
    if error.offset >= 0:
        return error.offset - text.rfind("\n", 0, error.offset)
    lines = text.split("\n")
    line = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    before = line.encode("utf-8", "surrogateescape")[: max(error.column, 0)]
    return len(before.decode("utf-8", "replace")) + 1
