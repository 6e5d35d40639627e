"""Tell what each document of a configuration describes, and what is wrong with all of them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from stages.overlaps import clashes
from werfish.config.check import nearest, problem, problems_of
from werfish.config.errors import Problem
from werfish.config.image import DOCKERFILE_KEYS, IMAGE, names_of
from werfish.config.image_git import git_mapping_of
from werfish.config.meta import META
from werfish.config.nodes import Node, Position, Scalar, Table, entry_of, tables_of

_BY_KEY = ("configVersion", "project", "dockerfile", "artifact", "image")


class DocumentKind(StrEnum):
    """What a document describes."""

    META = "the project"
    IMAGE = "an image"
    DOCKERFILE = "a Dockerfile image"
    ARTIFACT = "an artifact"
    UNKNOWN = "nothing that is known"


def kind_of(table: Table) -> DocumentKind:
    """Return what *table*, a whole document, describes: its keys tell, as in werf."""
    if entry_of(table, "configVersion"):
        return DocumentKind.META
    if entry_of(table, "dockerfile"):
        return DocumentKind.DOCKERFILE
    if entry_of(table, "artifact"):
        return DocumentKind.ARTIFACT
    if entry_of(table, "image"):
        return DocumentKind.IMAGE
    return DocumentKind.META if entry_of(table, "project") else DocumentKind.UNKNOWN


def document_problems(node: Node) -> Iterator[Problem]:
    """Yield what is wrong with the document *node*, seen alone."""
    if not isinstance(node, Table):
        yield problem(node.position, "", "", "a document must be a section: keys with values")
        return
    match kind_of(node):
        case DocumentKind.META:
            yield from problems_of(node, META, "")
        case DocumentKind.IMAGE:
            yield from _image_problems(node)
        case DocumentKind.DOCKERFILE:
            yield _unsupported(node, "dockerfile", "images from a Dockerfile")
        case DocumentKind.ARTIFACT:
            yield _unsupported(node, "artifact", "artifacts")
        case DocumentKind.UNKNOWN:
            yield problem(node.position, "", "", _unknown(node))


def problems_together(tables: Sequence[Table], *, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong with documents that may be right alone: too many, clashing names.

    *whole* says that *tables* are all documents of the file, so that one may be missed.
    """
    metas = [table for table in tables if kind_of(table) is DocumentKind.META]
    if whole and not metas:
        text = 'nothing describes the project: begin with "configVersion: 1" and "project: NAME"'
        yield problem(Position(1, 1), "", "", text)
    for table in metas[1:]:
        first = metas[0].position.line
        text = f"the project is described twice, first in line {first}"
        yield problem(table.position, "", "", text)
    yield from _clashes([name for table in tables for name in names_of(table)])


def _image_problems(table: Table) -> Iterator[Problem]:
    strays = [entry for entry in table.entries if entry.key.text in DOCKERFILE_KEYS]
    if strays and not entry_of(table, "from"):
        key = strays[0].key
        text = f'"{key.text}" belongs to an image from a Dockerfile; name that with "dockerfile"'
        yield problem(key.position, _title(table), "", text)
    else:
        problems = list(problems_of(table, IMAGE, _title(table)))
        yield from problems or _overlaps(table)


def _overlaps(table: Table) -> Iterator[Problem]:
    found = tables_of(table, "git")
    for first, second in clashes([git_mapping_of(one) for one in found]):
        text = f"it brings the same as git[{first}]; tell them apart by to or includePaths"
        yield problem(found[second].position, _title(table), f"git[{second}]", text)


def _unsupported(table: Table, key: str, what: str) -> Problem:
    entry = entry_of(table, key)
    position = entry.key.position if entry else table.position
    return problem(position, _title(table), key, f"{what} are not supported yet")


def _unknown(table: Table) -> str:
    names = [entry.key.text for entry in table.entries]
    for name in names:
        meant = nearest(name, _BY_KEY)
        if meant:
            return f'unknown key "{name}"; did you mean "{meant}"?'
    return 'a document has "configVersion" and "project", or it has "image"; this one has neither'


def _title(table: Table) -> str:
    quoted = ", ".join(f'"{name.text}"' if name.text else "~" for name in names_of(table))
    return f"image {quoted}" if quoted else ""


def _clashes(names: Sequence[Scalar]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for name in names:
        where = f'image "{name.text}"' if name.text else "image ~"
        if name.text in first:
            text = f"this name is taken, in line {first[name.text]}"
            yield problem(name.position, where, "", text)
        elif not name.text and len(names) > 1:
            text = "an image without a name cannot stand beside others; give it one"
            yield problem(name.position, where, "", text)
        first.setdefault(name.text, name.position.line)
