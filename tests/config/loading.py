"""Projects of folders, in the few words that tests need."""

from collections.abc import Callable, Mapping
from pathlib import Path

from werfish.config.load import WORK_TREE, Named, Told
from werfish.config.load import load_project as load
from werfish.config.model import Project
from werfish.config.source import ConfigSource


def load_project(
    directory: Path,
    *,
    config: Path | None = None,
    templates: Path | None = None,
    giterminism: Path | None = None,
    environment: Mapping[str, str] | None = None,
    env: str = "",
    source: ConfigSource = WORK_TREE,
    origin_url: Callable[[], str] = lambda: "",
    warn: Callable[[str], None] = lambda _: None,
) -> Project:
    """Return the project in *directory*; without *environment* no variable is set."""
    named = Named(config, templates, giterminism)
    return load(directory, named, Told(environment or {}, env, origin_url, warn), source)
