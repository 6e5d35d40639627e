"""A project's configuration, from its rendered text to a checked `Project`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.config import rules
from werfish.config.cleanup import cleanup_settings_of
from werfish.config.consents import admitted
from werfish.config.document import split_documents
from werfish.config.documents import (
    DocumentKind,
    Parsed,
    document_notes,
    document_problems,
    kind_of,
    problems_together,
)
from werfish.config.errors import InvalidConfigError, Problem
from werfish.config.image import image_of, names_of
from werfish.config.image_dockerfile import dockerfile_image_of
from werfish.config.meta import build_settings_of, deploy_settings_of, git_worktree_settings_of
from werfish.config.model import BuildSettings, Image, Project
from werfish.config.nodes import Table, text_of
from werfish.config.parse import parse_document
from werfish.config.relations import named_in
from werfish.config.source_lines import AS_WRITTEN, SourceLines
from werfish.errors import ConfigError

PROJECT_NAME_VARIABLE = "WERF_PROJECT_NAME"


def project_of(
    text: str,
    *,
    path: str,
    directory: Path,
    renamed: str = "",
    lines: SourceLines = AS_WRITTEN,
    allowed: Collection[str] = (),
    warn: Callable[[str], None] = lambda _: None,
) -> Project:
    """Return the project that the rendered *text* of the configuration at *path* describes.

    *renamed* stands in for the name in the text, unless it is empty. *lines* says where the lines
    of *text* were written, *allowed* what is allowed for all images (see `admitted`); *warn* hears
    of keys that have a successor, or no effect yet.
    """
    checked = check(text, allowed)
    if checked.problems:
        raise InvalidConfigError(path, checked.problems, text, lines=lines)
    for note in sorted(checked.notes):
        place = lines.place_of(note.line, path)
        warn(f"{place}: {note.where}: {note.text}")
    meta = next(one for one in checked.tables if kind_of(one) is DocumentKind.META)
    build = build_settings_of(meta)
    return Project(
        name=_named(renamed) or text_of(meta, "project"),
        directory=directory,
        path=path,
        images=tuple(_images(checked.tables, build)),
        deploy=deploy_settings_of(meta),
        cleanup=cleanup_settings_of(meta),
        build=build,
        git_worktree=git_worktree_settings_of(meta),
        lines=lines,
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """The documents of a configuration, and what is to say of them.

    *problems* are all that is wrong; *unread* are those of documents that are not YAML.
    """

    documents: tuple[Parsed, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    unread: tuple[Problem, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The documents that are sections."""
        return tuple(one.node for one in self.documents if isinstance(one.node, Table))


def check(text: str, allowed: Collection[str] = ()) -> Checked:
    """Read the rendered *text* of a configuration and find everything that is wrong with it.

    *allowed* is as for `admitted`.
    """
    documents: list[Parsed] = []
    problems: list[Problem] = []
    for number, document in enumerate(split_documents(text), 1):
        parsed = parse_document(document)
        if isinstance(parsed, Problem):
            problems.append(replace(parsed, where=f"document {number}"))
        elif parsed is not None:
            documents.append(Parsed(number, admitted(parsed, allowed), document.text))
    unread = tuple(problems)
    problems.extend(found for one in documents for found in document_problems(one))
    problems.extend(problems_together(documents, whole=not unread))
    notes = tuple(note for one in documents for note in document_notes(one))
    return Checked(tuple(documents), tuple(problems), notes, unread)


def _images(tables: Sequence[Table], build: BuildSettings) -> Iterator[Image]:
    names = {one.name.text for one in named_in(tables)}
    for table in tables:
        if kind_of(table) is DocumentKind.META:
            continue
        for name in names_of(table):
            if kind_of(table) is DocumentKind.DOCKERFILE:
                yield dockerfile_image_of(table, name, build)
            else:
                yield image_of(table, name, build, names)


def _named(renamed: str) -> str:
    wrong = rules.project_name(renamed) if renamed else ""
    if wrong:
        raise ConfigError(f"read ${PROJECT_NAME_VARIABLE}: {wrong}")
    return renamed
