"""The text of a template, before Helm sees it: werf's functions become what Helm has.

Pure. Only what stands inside ``{{ }}`` is touched, never strings or comments there, and no line
is added or removed, so that the lines in Helm's messages are the user's.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from stages.light_dataclass import dataclass

FUNCTIONS = (
    *("werf_container_image", "werf_container_env", "werf_image", "image", "image_id"),
    "werf_secret_file",
)
"""Functions that werf adds to Helm's; each is a named template of the staged chart."""

_RENAMED = {"image": "werf_image", "image_id": "werf_image_id"}
"""Functions whose named template is called otherwise: a chart may have one of that name."""


class Kind(Enum):
    """What a piece of a template is."""

    TEXT = auto()
    CODE = auto()
    LITERAL = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; the pieces of a template, joined, are the template.

    ``CODE`` is inside an action and outside of strings and comments, which are ``LITERAL``, as
    the delimiters are.
    """

    kind: Kind
    text: str


_OPEN = re.compile(r"\{\{(?:-(?=\s))?")
_COMMENT = re.compile(r"\s*/\*.*?\*/\s*(?:-\}\}|\}\}|$)", re.DOTALL)
_INSIDE = re.compile(
    r"""(?P<close>(?:(?<=\s)-)?\}\})|(?P<literal>"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*')"""
)
_CALL = re.compile(rf"(?<![\w.$])(?:{'|'.join(FUNCTIONS)})(?!\w)")
_REVISION = re.compile(r"(?:\$\w*)?\.Release\.Revision(?!\w)")
_LOOKUP = re.compile(r"(?<![\w.$])lookup(?!\w)")
_API_VERSIONS = re.compile(r"\.APIVersions(?!\w)")


def adapted(template: str, revision: int) -> str:
    """Return *template* with werf's functions as calls of named templates.

    ``.Release.Revision`` becomes *revision*, since ``helm template`` always says 1.
    """
    return "".join(
        _adapted(piece.text, revision) if piece.kind is Kind.CODE else piece.text
        for piece in pieces_of(template)
    )


def asks_cluster_objects(template: str) -> bool:
    """Tell whether *template* looks up objects of the cluster."""
    return _mentions(_LOOKUP, template)


def asks_api_versions(template: str) -> bool:
    """Tell whether *template* asks which APIs the cluster serves."""
    return _mentions(_API_VERSIONS, template)


def pieces_of(template: str) -> Iterator[Piece]:
    """Yield *template* piece by piece; an action without an end runs to the end."""
    at = 0
    while opening := _OPEN.search(template, at):
        yield Piece(Kind.TEXT, template[at : opening.start()])
        yield Piece(Kind.LITERAL, opening[0])
        at = opening.end()
        if comment := _COMMENT.match(template, at):
            yield Piece(Kind.LITERAL, comment[0])
            at = comment.end()
            continue
        action = list(_action(template, at))
        yield from action
        at += sum(len(piece.text) for piece in action)
    yield Piece(Kind.TEXT, template[at:])


def _action(template: str, at: int) -> Iterator[Piece]:
    """Yield what follows an opening, its end included."""
    while found := _INSIDE.search(template, at):
        yield Piece(Kind.CODE, template[at : found.start()])
        yield Piece(Kind.LITERAL, found[0])
        at = found.end()
        if found["close"]:
            return
    yield Piece(Kind.CODE, template[at:])


def _adapted(code: str, revision: int) -> str:
    return _REVISION.sub(f"({revision})", _CALL.sub(_included, code))


def _included(call: re.Match[str]) -> str:
    return f'include "{_RENAMED.get(call[0], call[0])}"'


def _mentions(pattern: re.Pattern[str], template: str) -> bool:
    return any(
        piece.kind is Kind.CODE and pattern.search(piece.text) for piece in pieces_of(template)
    )
