"""Uncommitted files that an operation would take, or would miss: told of, or refused."""

import posixpath
from collections.abc import Iterable, Sequence
from pathlib import Path

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from werfish.config.model import Image, Project
from werfish.config.source import names_for_people, some_of
from werfish.git.errors import UncommittedError
from werfish.git.repository import LocalRepository
from werfish.log import Log


def uncommitted_of_images(images: Iterable[Image], dirty: Sequence[str]) -> tuple[str, ...]:
    """Return those of the *dirty* paths that one of the *images* would take."""
    takers = tuple(images)
    return tuple(path for path in dirty if any(_takes(one, path) for one in takers))


def _takes(image: Image, path: str) -> bool:
    if isinstance(image, ImageSpec):
        return any(one.selects(path) for one in image.mappings if not one.remote)
    if path == image.dockerfile:
        return True
    is_added = any(path == name or path.startswith(f"{name}/") for name in _added(image))
    return path.startswith(_start(image)) and not is_added


def _added(image: Image) -> tuple[str, ...]:
    """Return the paths of the work tree that *image* takes though git does not know them."""
    if isinstance(image, ImageSpec):
        return ()
    return tuple(f"{_start(image)}{posixpath.normpath(name)}" for name in image.context_add_files)


def _start(image: DockerfileSpec) -> str:
    return "" if image.context == "." else f"{image.context}/"


def warn_of_uncommitted(images: Iterable[Image], log: Log, dirty: Sequence[str]) -> None:
    """Say once which uncommitted files matter: git content comes from the commit without them."""
    matter = uncommitted_of_images(images, dirty)
    if matter:
        shown = some_of(matter)
        log.warning(f"images are built from the commit; uncommitted changes are left out: {shown}")


def refuse_uncommitted(images: Sequence[Image], commit: str, dirty: Sequence[str]) -> None:
    """Raise `UncommittedError` where *dirty* has files that one of the *images* would take.

    Files that a Dockerfile's context gets beside those of git are never committed.
    """
    added = tuple(path for image in images for path in _added(image))
    matter = (*uncommitted_of_images(images, dirty), *added)
    if matter:
        raise UncommittedError("build the images", commit, matter)


def refuse_uncommitted_chart(
    repository: LocalRepository, project: Project, chart: Path, values: Iterable[Path]
) -> None:
    """Raise `UncommittedError` where the *chart*'s folder or *values* are not as committed.

    Ignored files in the chart count: Helm would read them. Values outside of the work tree are the
    user's own word.
    """
    uncommitted = set(repository.uncommitted_below(chart))
    for path in values:
        steps = {path.parent.resolve() / path.name, path.resolve()}
        if any(step.is_relative_to(repository.place.root) for step in steps):
            uncommitted.update(repository.uncommitted(steps))
    if uncommitted:
        names = names_for_people(uncommitted, project.directory)
        raise UncommittedError("render the chart", repository.commit, names)
