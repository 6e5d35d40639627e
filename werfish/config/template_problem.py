"""What is wrong in a template, told of the file and line where it is written.

As in Go, an error arrives wrapped once by each template that was on its way: people look for the
innermost one that is a file of theirs.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.config.advice import nearest
from werfish.config.errors import InvalidConfigError, Problem

if TYPE_CHECKING:
    from werfish.gotemplate.errors import TemplateError


_REMEDIES = {
    "unexpected EOF": "; an if, range, with, define or block above lacks its {{ end }}",
    "unexpected {{end}}": "; no if, range, with, define or block is open here",
}
_TIGHT_TRIM = re.compile(r"""bad number syntax: "-[^0-9.]|bad character U\+002D""")
_NO_TEMPLATE = re.compile(r'no template "(?P<name>[^"]*)" associated with template')
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one template, and the *file* that it was read from, for people."""

    file: str
    text: str


def located(error: "TemplateError", sources: Mapping[str, Source], file: str) -> InvalidConfigError:
    """Return *error* as the problem of the innermost of the *sources* that it passed.

    The lines that led there follow, the nearest first. *file* is told of where it passed none.
    """
    chain = list(_wrapped(error))
    written = [one for one in chain if one.template in sources]
    place = written[-1] if written else error
    source = sources.get(place.template, Source(file, ""))
    way = list(dict.fromkeys(_line(one, sources) for one in reversed(written)))[1:]
    said = _said(place) + _remedy(place, sources, file)
    if chain[-1] is not place:
        said = f"<{place.expression}>: line {chain[-1].line} of the text: {_said(chain[-1])}"
    if way:
        said += f"; reached from {', '.join(way)}"
    problem = Problem(max(place.line, 1), _column(place, source.text), "", said)
    return InvalidConfigError(source.file, [problem], source.text)


def _remedy(error: "TemplateError", sources: Mapping[str, Source], file: str) -> str:
    """Say how to mend *error*, where that is known."""
    unknown = _NO_TEMPLATE.search(error.message)
    if not unknown:
        tight = "; a dash that trims has a space beside it: {{- x -}}"
        return tight if _TIGHT_TRIM.match(error.message) else _REMEDIES.get(error.message, "")
    names = [name for name, source in sources.items() if source.file != file]
    meant = nearest(unknown["name"], names) or nearest(f"{unknown['name']}.tmpl", names)
    if meant:
        return f'; did you mean "{meant}"?'
    shown = ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
    return f"; the files to include are {shown}" if names else "; there are no files to include"


def _wrapped(error: "TemplateError") -> Iterator["TemplateError"]:
    """Yield *error* and those that it wraps, the innermost last."""
    from werfish.gotemplate.errors import TemplateError

    one: BaseException | None = error
    while isinstance(one, TemplateError):
        yield one
        one = one.__cause__


def _line(error: "TemplateError", sources: Mapping[str, Source]) -> str:
    return f"{sources[error.template].file}:{error.line}"


def _said(error: "TemplateError") -> str:
    return f"<{error.expression}>: {error.message}" if error.expression else error.message


def _column(error: "TemplateError", text: str) -> int:
    """Return the column of *error* in characters, from 1; the engine counts bytes, as Go does."""
    if error.offset >= 0:
        return error.offset - text.rfind("\n", 0, error.offset)
    lines = text.split("\n")
    line = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
    before = line.encode("utf-8", "surrogateescape")[: max(error.column, 0)]
    return len(before.decode("utf-8", "replace")) + 1
