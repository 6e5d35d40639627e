"""A configuration's templates, rendered before YAML sees any of it.

The whole file is one Go template; every ``*.tmpl`` below the templates' folder is another, known by
its path there. The functions are werf 1.1's: what is not set is empty, with a warning.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.config.errors import InvalidConfigError, Problem, UnreadableConfigError

if TYPE_CHECKING:
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.errors import TemplateError

ACTION = "{{"
NAME = "werfConfig"
SUFFIX = ".tmpl"


def _silent(warning: str) -> None:
    del warning


@dataclass(frozen=True, slots=True)
class Outside:
    """What templates may read: the *environment*, the files of *directory*, clock and chance.

    *fragments* is the folder of ``*.tmpl`` files. *now* returns nanoseconds since 1970.
    """

    directory: Path
    fragments: Path
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    warn: Callable[[str], None] = _silent
    now: Callable[[], int] = time.time_ns
    random: Callable[[int], bytes] = secrets.token_bytes


def render(text: str, *, file: str, outside: Outside) -> str:
    """Return the configuration that the template *text*, read from *file*, stands for.

    Text without a template action is returned as it is. What is wrong in a template is an
    `InvalidConfigError` with the file and line where it stands.
    """
    if ACTION not in text:
        return text
    from werfish.config.files import ProjectFiles
    from werfish.gotemplate.engine import TemplateSet
    from werfish.gotemplate.errors import TemplateError
    from werfish.gotemplate.functions import lenient_functions
    from werfish.gotemplate.sprig.host import Host
    from werfish.gotemplate.sprig.times.zones import LocalZone

    host = Host(outside.now, LocalZone(), outside.random)
    templates = TemplateSet(NAME, lenient_functions(outside.environment.get, host))
    sources = {NAME: (file, text)}
    try:
        _parse_fragments(templates, outside.fragments, sources)
        templates.parse(NAME, text)
        return templates.render(NAME, {"Files": ProjectFiles(outside.directory, outside.warn)})
    except TemplateError as error:
        raise _located(error, sources, file) from error


def _parse_fragments(
    templates: "TemplateSet", folder: Path, sources: dict[str, tuple[str, str]]
) -> None:
    for path in sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise UnreadableConfigError(path, (error.strerror or str(error)).lower()) from error
        except UnicodeDecodeError as error:
            raise UnreadableConfigError(path, "it is not UTF-8 text") from error
        sources[name] = (str(path), text)
        templates.parse(name, text)


def _located(
    error: "TemplateError", sources: Mapping[str, tuple[str, str]], file: str
) -> InvalidConfigError:
    path, text = sources.get(error.template, (file, ""))
    said = f"<{error.expression}>: {error.message}" if error.expression else error.message
    problem = Problem(max(error.line, 1), max(error.column, 0) + 1, "", said)
    return InvalidConfigError(path, [problem], text)
