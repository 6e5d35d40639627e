"""Find and read the file that a project is configured by."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.config import slug
from werfish.config.errors import (
    ConfigNotFoundError,
    OutsideFolderError,
    UnreadableConfigError,
)
from werfish.config.files import ConfigFiles
from werfish.config.places import Places
from werfish.git.errors import OutsideWorkTreeError

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

_NAMED = "--config names a file, from the current folder or from the project's"
_URL_PATH = re.compile(r"^(?:[a-z+]+://[^/]*/|[^/]*:)?(?P<path>.*?)/*(?:\.git)?/*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file of the configuration: *path* in *files*.

    One that is *named* by the user may be a link that leads out of them.
    """

    files: ConfigFiles
    path: str
    named: bool = False

    @property
    def shown(self) -> str:
        """The path for people."""
        return self.files.shown(self.path)

    @property
    def folder(self) -> str:
        """The folder that it is in, as a path of *files*."""
        return self.path.rpartition("/")[0]

    def is_there(self) -> bool:
        """Tell whether there is something to read."""
        try:
            return self.files.exists(self.path)
        except OutsideFolderError:
            if self.named:
                return True
            raise

    def is_dangling(self) -> bool:
        """Tell whether it is a link to nothing, so that reading it says so."""
        return self.files.is_dangling(self.path)

    def text(self) -> str:
        """Return its text; a byte order mark is taken off."""
        try:
            return self.files.read(self.path, may_lead_out=self.named).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise UnreadableConfigError(self.shown, f"line {line} is not UTF-8 text") from error


def find_config(places: Places, config: Path | None, origin_url: Callable[[], str]) -> ConfigFile:
    """Return the configuration: *config*, else the first of `NAMES` in the project's folder.

    *origin_url* is asked only for a name to suggest, where there is no such file.
    """
    if config:
        tried = candidates(places, config)
        found = first_named(places, tried)
    else:
        tried = [places.directory / name for name in NAMES]
        files = [ConfigFile(places.project, name) for name in NAMES]
        asks = (ConfigFile.is_there, ConfigFile.is_dangling)
        found = next((file for ask in asks for file in files if ask(file)), None)
    if found:
        return found
    if config:
        raise ConfigNotFoundError(tried, hint=_unfetched(places, tried) or _NAMED)
    if not places.directory.is_dir():
        raise ConfigNotFoundError(tried, hint=f'there is no folder "{places.directory}"; see --dir')
    above = _configured_above(places.directory.absolute())
    if above:
        shown = os.path.relpath(above, places.directory)
        raise ConfigNotFoundError(
            tried, hint=f"there is one in {shown}: go there, or --dir {shown}"
        )
    ignored = next((name for name in NAMES if (places.directory / name).is_file()), "")
    if ignored:
        hint = f"{ignored} is in the folder, and git ignores it: take it out of .gitignore"
        raise ConfigNotFoundError(tried, hint=hint)
    example = EXAMPLE.format(name=suggested_name(places.directory, origin_url()))
    raise ConfigNotFoundError(tried, hint=f"a minimal werf.yaml is:\n{example}")


def _configured_above(directory: Path) -> Path | None:
    """Return the nearest folder above *directory* that has a configuration, in its work tree."""
    found: Path | None = None
    for folder in directory.parents if not (directory / ".git").exists() else ():
        if found is None and any((folder / name).is_file() for name in NAMES):
            found = folder
        if (folder / ".git").exists():
            return found
    return None


def candidates(places: Places, path: Path) -> list[Path]:
    """Return what the user may mean by *path*: from the current folder, else the project's."""
    return list(dict.fromkeys((path, places.directory / path)))


def first_named(places: Places, paths: Sequence[Path]) -> ConfigFile | None:
    """Return the first of *paths* that is there."""
    for path in paths:
        try:
            files, inside = places.file(path)
        except OutsideWorkTreeError:
            if os.path.lexists(path):
                raise
            continue
        file = ConfigFile(files, inside, named=True)
        if file.is_there():
            return file
    return None


def _unfetched(places: Places, paths: Sequence[Path]) -> str:
    """Return what to do where one of *paths* is in a submodule that is not checked out."""
    inside = [path for path in paths if path.resolve().is_relative_to(places.directory.resolve())]
    found = (places.file(path) for path in inside)
    return next(filter(None, (files.unfetched(path) for files, path in found)), "")


def suggested_name(directory: Path, origin_url: str) -> str:
    """Return a name for the project in *directory*, after its *origin_url* where it has one."""
    match = _URL_PATH.match(origin_url)
    path = match["path"] if match else ""
    names = (slug.project(text) for text in (path, directory.resolve().name))
    return next((name for name in names if slug.is_project(name)), "my-project")
