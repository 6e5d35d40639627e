"""Find, read and render the configuration of a project, and let its source judge what was read."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.config.consents import HONOURED
from werfish.config.errors import MissingFolderError
from werfish.config.giterminism import allowances_of, find_giterminism
from werfish.config.lookup import ConfigFile, find_config
from werfish.config.model import Project
from werfish.config.places import Places
from werfish.config.project import PROJECT_NAME_VARIABLE, project_of
from werfish.config.source import ConfigSource, Reading, some_of
from werfish.config.template import Debug, FragmentFolder, Outside, Rendered, render
from werfish.errors import ConfigError
from werfish.git.errors import UncommittedError

FRAGMENTS = ".werf"
WORK_TREE = ConfigSource()


@dataclass(frozen=True, slots=True)
class Named:
    """What the user named: the configuration, the folder of fragments, the giterminism file.

    What is not named is looked for in its usual place.
    """

    config: Path | None = None
    templates: Path | None = None
    giterminism: Path | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What templates are told beside files, and who hears of what.

    *environment* is what templates read, and may rename the project; *env* is the environment that
    is deployed to. *origin_url* is asked for when a name is to be suggested; *warn* hears of files
    that templates ask for in vain, *debug* of intermediate values.
    """

    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: str = ""
    origin_url: Callable[[], str] = lambda: ""
    warn: Callable[[str], None] = lambda _: None
    debug: Debug | None = None


USUAL, NOTHING = Named(), Told()

INCLUDES = "werf-includes.yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration, rendered; *path* is its file as messages show it.

    *allowed* are the paths of what ``werf-giterminism.yaml`` allows.
    """

    path: str
    rendered: Rendered
    allowed: tuple[str, ...] = ()


def load_project(
    directory: Path,
    named: Named = Named(),
    told: Told = Told(),
    source: ConfigSource = WORK_TREE,
) -> Project:
    """Return the project in *directory*.

    *source* says where all of its configuration is read from. Everything that is wrong is told at
    once, by one `ConfigError`; what *source* refuses comes first.
    """
    loaded = load_text(directory, named, told, source)
    return project_of(
        loaded.rendered.text,
        path=loaded.path,
        directory=directory,
        renamed=told.environment.get(PROJECT_NAME_VARIABLE, ""),
        lines=loaded.rendered.lines,
        allowed=loaded.allowed,
        warn=told.warn,
    )


def load_text(
    directory: Path, named: Named, told: Told, source: ConfigSource = WORK_TREE
) -> Loaded:
    """Return the rendered text of the configuration of *directory*; it may be no valid one."""
    found = _judged(directory, named, told, source)
    if not found.allowed:
        return Loaded(found.file.shown, found.rendered)
    allowed = allowances_of(found.allowances, found.allowed.shown)
    without_effect = [one for one in allowed if one not in HONOURED]
    if without_effect and source.strict:
        said = some_of(without_effect)
        told.warn(f"what {found.allowed.shown} allows has no effect yet: {said}")
    return Loaded(found.file.shown, found.rendered, allowed)


@dataclass(frozen=True, slots=True)
class _Read:
    """The configuration, rendered, and the giterminism file, where there is one."""

    file: ConfigFile
    rendered: Rendered
    allowed: ConfigFile | None
    allowances: str


def _judged(directory: Path, named: Named, told: Told, source: ConfigSource) -> _Read:
    """Return what was read, unless *source* refuses it; its word comes before any other error."""
    places = Places(directory, source)
    try:
        found = _read(places, named, told, source)
    except ConfigError:
        _judge(places, named, told, source)
        raise
    _judge(places, named, told, source)
    return found


def _judge(places: Places, named: Named, told: Told, source: ConfigSource) -> None:
    """Let *source* judge; what it refuses is read once more from the work tree.

    What the uncommitted would read has to be committed with it.
    """
    try:
        source.judge(places.reading)
    except UncommittedError:
        again = Places(places.directory, WORK_TREE)
        with suppress(ConfigError):
            _read(again, named, replace(told, warn=lambda _: None, debug=None), source)
        source.judge(Reading(places.reading.seen | again.reading.seen, places.reading.differing))


def _read(places: Places, named: Named, told: Told, source: ConfigSource) -> _Read:
    allowed = find_giterminism(places, named.giterminism)
    allowances = allowed.text() if allowed else ""
    file = find_config(places, named.config, told.origin_url)
    _refuse_includes(ConfigFile(places.project, INCLUDES))
    outside = Outside(
        files=file.files,
        fragments=_fragments(places, named.templates),
        base=file.folder,
        environment=told.environment,
        env=told.env,
        commit=source.commit,
        strict=source.strict,
        warn=told.warn,
        debug=told.debug,
    )
    return _Read(file, render(file.text(), file=file.shown, outside=outside), allowed, allowances)


def _refuse_includes(includes: ConfigFile) -> None:
    """Without the files of other repositories the images would be built wrong, and silently so."""
    if includes.is_there():
        raise ConfigError(
            f'read "{includes.shown}": files of other repositories are not included (yet)',
            hint="copy them, or have a submodule; see docs/compatibility.md",
        )


def _fragments(places: Places, templates: Path | None) -> FragmentFolder:
    if templates is None:
        return FragmentFolder(places.project, FRAGMENTS)
    files, path = places.folder(templates)
    if not files.has_folder(path):
        raise MissingFolderError(str(templates), files.unfetched(path or "."))
    return FragmentFolder(files, path)
