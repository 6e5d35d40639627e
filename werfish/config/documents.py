"""Tell what each document of a configuration describes, and what is wrong with all of them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from stages.light_dataclass import dataclass
from werfish.config.advice import nearest
from werfish.config.check import old_keys_of, problem, problems_of
from werfish.config.errors import Problem
from werfish.config.image import ARTIFACT, DOCKERFILE_KEYS, IMAGE
from werfish.config.image_dockerfile import DOCKERFILE_IMAGE, staged_note
from werfish.config.meta import META
from werfish.config.nodes import Node, Position, Table, entry_of, table_of
from werfish.config.relations import named_in, relation_problems, titles_of
from werfish.config.schema import Section

_BY_KEY = ("configVersion", "project", "dockerfile", "artifact", "image")


class DocumentKind(StrEnum):
    """What a document describes."""

    META = "the project"
    IMAGE = "an image"
    DOCKERFILE = "a Dockerfile image"
    ARTIFACT = "an artifact"
    UNKNOWN = "nothing that is known"


SECTIONS = {
    DocumentKind.META: META,
    DocumentKind.IMAGE: IMAGE,
    DocumentKind.DOCKERFILE: DOCKERFILE_IMAGE,
    DocumentKind.ARTIFACT: ARTIFACT,
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that is YAML: its *node*, its *number* in the file, from 1, and its *text*."""

    number: int
    node: Node
    text: str = ""

    @property
    def title(self) -> str:
        """The document's name for people: that of its images, else its number."""
        if not isinstance(self.node, Table) or kind_of(self.node) is DocumentKind.META:
            return f"document {self.number}"
        return titles_of(named_in([self.node])) or f"document {self.number}"


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


def document_problems(document: Parsed) -> Iterator[Problem]:
    """Yield what is wrong with *document*, seen alone."""
    node, title = document.node, document.title
    if not isinstance(node, Table):
        text = "a document must be a section: keys with values"
        yield problem(node.position, title, "", text)
        return
    kind = kind_of(node)
    if kind is DocumentKind.UNKNOWN:
        yield problem(node.position, title, "", _unknown(node))
    elif kind is DocumentKind.IMAGE and (stray := _stray_of_dockerfile(node, title)):
        yield stray
    else:
        yield from problems_of(node, SECTIONS[kind], title)


def document_notes(document: Parsed) -> Iterator[Problem]:
    """Yield what is right and worth a word: keys with a successor, or without effect yet."""
    if not isinstance(document.node, Table):
        return
    section: Section | None = SECTIONS.get(kind_of(document.node))
    if section:
        yield from old_keys_of(document.node, section, document.title)
    for place, table in (("", document.node), ("build.", table_of(document.node, "build"))):
        note = staged_note(table)
        if note:
            yield problem(note.node.position, document.title, place + note.path, note.text)


def problems_together(documents: Sequence[Parsed], *, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong with documents that may be right alone: too many, clashing names.

    *whole* says that *documents* are all of the file, so that one may be missed.
    """
    tables = [one.node for one in documents if isinstance(one.node, Table)]
    metas = [one for one in documents if _is_meta(one)]
    if whole and not metas:
        text = 'nothing describes the project: begin with "configVersion: 1" and "project: NAME"'
        yield problem(Position(1, 1), "", "", text)
    for one in metas[1:]:
        first = metas[0].node.position.line
        text = "the project is described twice"
        yield problem(one.node.position, one.title, "", text, first=first)
    images = [one for one in tables if kind_of(one) is not DocumentKind.META]
    yield from relation_problems(images, whole=whole)


def _is_meta(document: Parsed) -> bool:
    return isinstance(document.node, Table) and kind_of(document.node) is DocumentKind.META


def _stray_of_dockerfile(table: Table, title: str) -> Problem | None:
    """Return the one problem of an image whose keys say that its Dockerfile was forgotten."""
    for entry in table.entries:
        name = entry.key.text
        if not IMAGE.key(name) and nearest(name, ["dockerfile"]):
            text = f'unknown key "{name}"; did you mean "dockerfile"?'
            return problem(entry.key.position, title, "", text)
    strays = [entry for entry in table.entries if entry.key.text in DOCKERFILE_KEYS]
    based = any(entry.key.text.startswith("from") for entry in table.entries)
    if not strays or based:
        return None
    key = strays[0].key
    text = f'"{key.text}" belongs to an image from a Dockerfile; name that with "dockerfile"'
    return problem(key.position, title, "", text)


def _unknown(table: Table) -> str:
    names = [entry.key.text for entry in table.entries]
    for name in names:
        meant = nearest(name, _BY_KEY)
        if meant:
            return f'unknown key "{name}"; did you mean "{meant}"?'
    if any(IMAGE.key(name) for name in names):
        return '"image" or "artifact" is missing: the name of what is described here'
    return (
        'a document has "configVersion" and "project", or it has "image" or "artifact"; '
        "this one has none of them"
    )
