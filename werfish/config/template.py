"""A configuration's templates, rendered before YAML sees any of it.

The whole file is one Go template; every ``*.tmpl`` below the templates' folder is another, known by
its path there. The functions are werf 1.1's (what is not set is empty, with a warning), or, strict,
werf 2's.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werfish.config.errors import InvalidConfigError, Problem, UnreadableConfigError
from werfish.config.files import ConfigFiles, Fragment

if TYPE_CHECKING:
    from werfish.git.refs import Commit
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.errors import TemplateError

ACTION = "{{"
NAME = "werfConfig"
SUFFIX = ".tmpl"


def _silent(warning: str) -> None:
    del warning


@dataclass(frozen=True, slots=True)
class FragmentFolder:
    """Where ``*.tmpl`` files are: the folder *path* of *files*."""

    files: ConfigFiles
    path: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """What templates may read: *files*, fragments, the *environment*, clock and chance.

    Paths of files are relative to the folder *base*. *env* is the name of the environment that is
    deployed to, *commit* the one that is built, where there is one. *now* returns nanoseconds
    since 1970. *strict* chooses werf 2's manners.
    """

    files: ConfigFiles
    fragments: FragmentFolder
    base: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: str = ""
    commit: "Commit | None" = None
    strict: bool = False
    warn: Callable[[str], None] = _silent
    now: Callable[[], int] = time.time_ns
    random: Callable[[int], bytes] = secrets.token_bytes


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one template, and the *file* that it was read from, for people."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The *text* of a configuration, and what it was rendered from.

    *sources* has every template by its name, the configuration itself as `NAME`; *templates* is
    the set that rendered it, none where there was nothing to render.
    """

    text: str
    sources: Mapping[str, Source] = field(hash=False)
    templates: "TemplateSet | None" = None


def render(text: str, *, file: str, outside: Outside) -> Rendered:
    """Return the configuration that the template *text*, read from *file*, stands for.

    Text without a template action is returned as it is. What is wrong in a template is an
    `InvalidConfigError` with the file and line where it stands.
    """
    sources = {NAME: Source(file, text)}
    if ACTION not in text:
        return Rendered(text, sources)
    from werfish.gotemplate.errors import TemplateError

    fragments = outside.fragments
    for fragment in fragments.files.fragments(fragments.path, SUFFIX, outside.warn):
        sources[fragment.name] = Source(fragment.shown, _text(fragment))
    try:
        templates = _parsed(sources, outside)
        return Rendered(templates.render(NAME, _data(outside)), sources, templates)
    except TemplateError as error:
        raise _located(error, sources, file) from error


def _parsed(sources: Mapping[str, Source], outside: Outside) -> "TemplateSet":
    """Return the set of all templates; the configuration comes last, as in werf."""
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.functions import lenient_functions, strict_functions
    from werfish.gotemplate.sprig.host import Host
    from werfish.gotemplate.sprig.times.zones import LocalZone

    host = Host(outside.now, LocalZone(), outside.random)
    functions = strict_functions if outside.strict else lenient_functions
    templates = TemplateSet(NAME, functions(outside.environment.get, host))
    for name in (*(name for name in sources if name != NAME), NAME):
        templates.parse(name, sources[name].text)
    return templates


def _data(outside: Outside) -> dict[str, object]:
    from werfish.config.commit_data import commit_data
    from werfish.config.template_files import TemplateFiles

    files = TemplateFiles(outside.files, outside.base, outside.warn, strict=outside.strict)
    return {"Files": files, "Env": outside.env, "Commit": commit_data(outside.commit)}


def _text(fragment: Fragment) -> str:
    try:
        return fragment.content.decode()
    except UnicodeDecodeError as error:
        raise UnreadableConfigError(fragment.shown, "it is not UTF-8 text") from error


def _located(
    error: "TemplateError", sources: Mapping[str, Source], file: str
) -> InvalidConfigError:
    source = sources.get(error.template, Source(file, ""))
    said = f"<{error.expression}>: {error.message}" if error.expression else error.message
    problem = Problem(max(error.line, 1), max(error.column, 0) + 1, "", said)
    return InvalidConfigError(source.file, [problem], source.text)
