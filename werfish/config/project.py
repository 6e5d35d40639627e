"""A project's configuration, from its file to a checked `Project`."""

from collections.abc import Callable, Mapping
from pathlib import Path

from werfish.config import rules
from werfish.config.document import split_documents
from werfish.config.documents import (
    DocumentKind,
    document_problems,
    kind_of,
    problems_together,
)
from werfish.config.errors import InvalidConfigError, Problem
from werfish.config.image import images_of
from werfish.config.lookup import find_config, read_config
from werfish.config.meta import deploy_settings_of
from werfish.config.model import Project
from werfish.config.nodes import Node, Table, text_of
from werfish.config.parse import parse_document
from werfish.config.template import Outside, render
from werfish.errors import ConfigError

PROJECT_NAME_VARIABLE = "WERF_PROJECT_NAME"
FRAGMENTS = ".werf"


def load_project(
    directory: Path,
    *,
    config: Path | None = None,
    templates: Path | None = None,
    environment: Mapping[str, str],
    origin_url: Callable[[], str] = lambda: "",
    warn: Callable[[str], None] = lambda _: None,
) -> Project:
    """Return the project in *directory*, read from *config* or the usual file there.

    *templates* is the folder of fragments, else ``.werf``. *environment* is what templates read,
    and may rename the project. *origin_url* is asked for when a name is to be suggested; *warn*
    hears of files that templates ask for in vain.
    Everything that is wrong is told at once, by one `ConfigError`.
    """
    path = find_config(directory, config, origin_url)
    shown = _shown(path, directory)
    fragments = templates or directory / FRAGMENTS
    outside = Outside(path.parent, fragments, environment, warn)
    text = render(read_config(path), file=shown, outside=outside)
    renamed = environment.get(PROJECT_NAME_VARIABLE, "")
    return project_of(text, path=shown, directory=directory, renamed=renamed)


def project_of(text: str, *, path: str, directory: Path, renamed: str = "") -> Project:
    """Return the project that the rendered *text* of the configuration at *path* describes.

    *renamed* stands in for the name in the text, unless it is empty.
    """
    tables, problems = _checked(text)
    if problems:
        raise InvalidConfigError(path, problems, text)
    metas = [table for table in tables if kind_of(table) is DocumentKind.META]
    return Project(
        name=_named(renamed) or text_of(metas[0], "project"),
        directory=directory,
        path=path,
        images=tuple(
            image
            for table in tables
            if kind_of(table) is DocumentKind.IMAGE
            for image in images_of(table)
        ),
        deploy=deploy_settings_of(metas[0]),
    )


def _checked(text: str) -> tuple[list[Table], list[Problem]]:
    parsed = [parse_document(document) for document in split_documents(text)]
    nodes: list[Node] = [one for one in parsed if isinstance(one, Node)]
    tables = [node for node in nodes if isinstance(node, Table)]
    problems = [one for one in parsed if isinstance(one, Problem)]
    whole = not problems
    for node in nodes:
        problems.extend(document_problems(node))
    problems.extend(problems_together(tables, whole=whole))
    return tables, problems


def _named(renamed: str) -> str:
    wrong = rules.project_name(renamed) if renamed else ""
    if wrong:
        raise ConfigError(f"read ${PROJECT_NAME_VARIABLE}: {wrong}")
    return renamed


def _shown(path: Path, directory: Path) -> str:
    return str(path.relative_to(directory)) if path.is_relative_to(directory) else str(path)
