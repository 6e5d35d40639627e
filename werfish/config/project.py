"""A project's configuration, from its file to a checked `Project`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
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
from werfish.config.giterminism import allowances_of, find_giterminism
from werfish.config.image import images_of
from werfish.config.lookup import ConfigFile, find_config
from werfish.config.meta import deploy_settings_of
from werfish.config.model import Project
from werfish.config.nodes import Node, Table, text_of
from werfish.config.parse import parse_document
from werfish.config.places import Places
from werfish.config.source import ConfigSource, Reading, some_of
from werfish.config.template import FragmentFolder, Outside, Rendered, render
from werfish.errors import ConfigError
from werfish.git.errors import UncommittedError

PROJECT_NAME_VARIABLE = "WERF_PROJECT_NAME"
FRAGMENTS = ".werf"
WORK_TREE = ConfigSource()


def load_project(
    directory: Path,
    *,
    config: Path | None = None,
    templates: Path | None = None,
    giterminism: Path | None = None,
    environment: Mapping[str, str],
    env: str = "",
    source: ConfigSource = WORK_TREE,
    origin_url: Callable[[], str] = lambda: "",
    warn: Callable[[str], None] = lambda _: None,
) -> Project:
    """Return the project in *directory*, read from *config* or the usual file there.

    *templates* is the folder of fragments, else ``.werf``; *giterminism* the file that is checked
    beside the configuration, else ``werf-giterminism.yaml`` where there is one. *environment* is
    what templates read, and may rename the project; *env* is the environment that is deployed to.
    *source* says where all that is read from. *origin_url* is asked for when a name is to be
    suggested; *warn* hears of files that templates ask for in vain.
    Everything that is wrong is told at once, by one `ConfigError`; what *source* refuses comes
    first.
    """
    named = _Named(config, templates, giterminism)
    told = _Told(environment, env, origin_url, warn)
    found = _judged(directory, named, told, source)
    if found.allowed:
        _check_allowances(found.allowances, found.allowed.shown, warn if source.strict else None)
    renamed = environment.get(PROJECT_NAME_VARIABLE, "")
    shown = found.file.shown
    return project_of(found.rendered.text, path=shown, directory=directory, renamed=renamed)


@dataclass(frozen=True, slots=True)
class _Named:
    """What the user named: the configuration, the folder of fragments, the giterminism file."""

    config: Path | None
    templates: Path | None
    giterminism: Path | None


@dataclass(frozen=True, slots=True)
class _Told:
    """What templates are told beside files, and who hears of what is missing."""

    environment: Mapping[str, str] = field(hash=False)
    env: str
    origin_url: Callable[[], str]
    warn: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Read:
    """The configuration, rendered, and the giterminism file, where there is one."""

    file: ConfigFile
    rendered: Rendered
    allowed: ConfigFile | None
    allowances: str


def _judged(directory: Path, named: _Named, told: _Told, source: ConfigSource) -> _Read:
    """Return what was read, unless *source* refuses it; its word comes before any other error."""
    places = Places(directory, source)
    try:
        found = _read(places, named, told, source)
    except ConfigError:
        _judge(places, named, told, source)
        raise
    _judge(places, named, told, source)
    return found


def _judge(places: Places, named: _Named, told: _Told, source: ConfigSource) -> None:
    """Let *source* judge; what it refuses is read once more from the work tree.

    What the uncommitted would read has to be committed with it.
    """
    try:
        source.judge(places.reading)
    except UncommittedError:
        again = Places(places.directory, WORK_TREE)
        with suppress(ConfigError):
            _read(again, named, replace(told, warn=lambda _: None), source)
        source.judge(Reading(places.reading.seen | again.reading.seen, places.reading.differing))


def _read(places: Places, named: _Named, told: _Told, source: ConfigSource) -> _Read:
    allowed = find_giterminism(places, named.giterminism)
    allowances = allowed.text() if allowed else ""
    file = find_config(places, named.config, told.origin_url)
    outside = Outside(
        files=file.files,
        fragments=_fragments(places, named.templates),
        base=file.folder,
        environment=told.environment,
        env=told.env,
        commit=source.commit,
        strict=source.strict,
        warn=told.warn,
    )
    return _Read(file, render(file.text(), file=file.shown, outside=outside), allowed, allowances)


def _fragments(places: Places, templates: Path | None) -> FragmentFolder:
    if templates is None:
        return FragmentFolder(places.project, FRAGMENTS)
    return FragmentFolder(*places.folder(templates))


def _check_allowances(text: str, file: str, warn: Callable[[str], None] | None) -> None:
    allowances = allowances_of(text, file)
    if allowances and warn:
        warn(f"what {file} allows has no effect yet: {some_of(allowances)}")


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
