"""Find and read the file that a project is configured by."""

import re
from collections.abc import Callable
from pathlib import Path

from werfish.config import slug
from werfish.config.errors import ConfigNotFoundError, UnreadableConfigError

NAMES = ("werf.yml", "werf.yaml")
"""The names of the file in the order in which they are tried."""

EXAMPLE = """\
configVersion: 1
project: {name}
---
image: ~
from: alpine:3.20
git:
- to: /app"""

_URL_PATH = re.compile(r"^(?:[a-z+]+://[^/]*/|[^/]*:)?(?P<path>.*?)/*(?:\.git)?/*$", re.IGNORECASE)


def find_config(directory: Path, config: Path | None, origin_url: Callable[[], str]) -> Path:
    """Return the path of the configuration: *config*, else the first of `NAMES` in *directory*.

    *origin_url* is asked only for a name to suggest, where there is no such file.
    """
    paths = [config] if config else [directory / name for name in NAMES]
    for path in paths:
        if _exists(path):
            return path
    example = EXAMPLE.format(name=suggested_name(directory, origin_url()))
    raise ConfigNotFoundError(paths, hint=f"a minimal werf.yaml is:\n{example}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise UnreadableConfigError(path, (error.strerror or str(error)).lower()) from error


def read_config(path: Path) -> str:
    """Return the text of the configuration at *path*."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableConfigError(path, (error.strerror or str(error)).lower()) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableConfigError(path, f"line {line} is not UTF-8 text") from error


def suggested_name(directory: Path, origin_url: str) -> str:
    """Return a name for the project in *directory*, after its *origin_url* where it has one."""
    match = _URL_PATH.match(origin_url)
    path = match["path"] if match else ""
    names = (slug.project(text) for text in (path, directory.resolve().name))
    return next((name for name in names if slug.is_project(name)), "my-project")
