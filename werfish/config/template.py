"""A configuration's templates, rendered before YAML sees any of it.

The whole file is one Go template; every ``*.tmpl`` below the templates' folder is another, known by
its path there. The functions are werf 1.1's (what is not set is empty, with a warning), or, strict,
werf 2's.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import cache
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.config.errors import UnreadableConfigError
from werfish.config.files import ConfigFiles, Fragment
from werfish.config.source_lines import AS_WRITTEN, Place, SourceLines
from werfish.config.template_advice import Known
from werfish.config.template_problem import Source, located

if TYPE_CHECKING:
    from werfish.git.refs import Commit
    from werfish.gotemplate.engine import TemplateSet

Debug = Callable[[str], None]
"""Hears of what templates do: a text for each variable, ``include`` and ``tpl``."""

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
    since 1970. *strict* chooses werf 2's manners. *warn* hears of files that are asked for in vain,
    *debug*, where there is one, of intermediate values.
    """

    files: ConfigFiles
    fragments: FragmentFolder
    base: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    env: str = ""
    commit: "Commit | None" = None
    strict: bool = False
    warn: Callable[[str], None] = _silent
    debug: Debug | None = None
    now: Callable[[], int] = time.time_ns
    random: Callable[[int], bytes] = secrets.token_bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """The *text* of a configuration, and where its *lines* were written."""

    text: str
    lines: SourceLines = AS_WRITTEN


def render(text: str, *, file: str, outside: Outside) -> Rendered:
    """Return the configuration that the template *text*, read from *file*, stands for.

    Text without a template action is returned as it is. It is parsed last, as in werf. What is
    wrong in a template is an `InvalidConfigError` with the file and line where it stands.
    """
    if ACTION not in text:
        return Rendered(text)
    from werfish.gotemplate.errors import TemplateError

    sources = {NAME: Source(file, text)}
    fragments = outside.fragments
    for fragment in fragments.files.fragments(fragments.path, SUFFIX, outside.warn):
        sources[fragment.name] = Source(fragment.shown, _text(fragment))
    templates = _functions_only(sources, outside)
    try:
        for name in (*(name for name in sources if name != NAME), NAME):
            templates.parse(name, sources[name].text)
        rendered = _rendered(templates, sources, outside)
    except TemplateError as error:
        raise located(error, sources, file, _known(templates, sources, fragments)) from error

    @cache
    def places() -> Sequence[Place]:
        quiet = replace(outside, warn=_silent, debug=None)
        return _places(rendered, templates, sources, quiet)

    return Rendered(rendered, SourceLines(places))


def _rendered(templates: "TemplateSet", sources: Mapping[str, Source], outside: Outside) -> str:
    if outside.debug is None:
        return templates.render(NAME, _data(outside))
    from werfish.gotemplate.debugging import event_text
    from werfish.gotemplate.watching import Event, render_watched

    debug = outside.debug

    def watch(event: Event) -> None:
        debug(event_text(replace(event, template=_file_of(event.template, sources))))

    return render_watched(templates, NAME, _data(outside), watch)


def _functions_only(sources: Mapping[str, Source], outside: Outside) -> "TemplateSet":
    """Return a set without templates, with the functions that *sources* may call."""
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.functions import lenient_functions, strict_functions
    from werfish.gotemplate.sprig.host import Host
    from werfish.gotemplate.sprig.times.zones import LocalZone

    host = Host(outside.now, LocalZone(), outside.random)
    functions = strict_functions if outside.strict else lenient_functions
    templates = TemplateSet(NAME, functions(outside.environment.get, host))
    if outside.debug or any("_debug" in source.text for source in sources.values()):
        from werfish.gotemplate.debugging import add_debug_functions

        add_debug_functions(templates, outside.debug)
    return templates


def _known(
    templates: "TemplateSet", sources: Mapping[str, Source], fragments: FragmentFolder
) -> Known:
    """Return what the templates may have meant to call."""
    return Known(
        files=[name for name in sources if name != NAME],
        templates=[name for name in templates.names() if name != NAME],
        functions=list(templates.functions),
        lacking=fragments.files.unfetched(fragments.path or ".", below=True),
    )


def _places(
    text: str, templates: "TemplateSet", sources: Mapping[str, Source], outside: Outside
) -> Sequence[Place]:
    """Return where each line of the rendered *text* was written, by rendering once more.

    Templates that give something else each time may give other lines: then none of them is known.
    """
    from werfish.gotemplate.errors import TemplateError
    from werfish.gotemplate.tracing import render_traced

    try:
        _, origins = render_traced(templates, NAME, _data(outside))
    except TemplateError:
        origins = ()
    count = text.count("\n") + 1
    if len(origins) != count:
        shown = f"{sources[NAME].file}, rendered"
        return [Place(shown, number, False) for number in range(1, count + 1)]
    return [Place(_file_of(one.template, sources), one.line, one.is_text) for one in origins]


def _file_of(template: str, sources: Mapping[str, Source]) -> str:
    return sources[template if template in sources else NAME].file


def _data(outside: Outside) -> dict[str, object]:
    from werfish.config.commit_data import commit_data
    from werfish.config.template_files import TemplateFiles

    files = TemplateFiles(outside.files, outside.base, outside.warn, strict=outside.strict)
    return {"Files": files, "Env": outside.env, "Commit": commit_data(outside.commit)}


def _text(fragment: Fragment) -> str:
    try:
        return fragment.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableConfigError(fragment.shown, f"line {line} is not UTF-8 text") from error
