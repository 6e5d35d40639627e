"""Uncommitted files that an operation would take, or would miss: told of, or refused."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from stages.image import ImageSpec
from werfish.config.model import Project
from werfish.config.source import names_for_people, some_of
from werfish.git.errors import UncommittedError
from werfish.git.repository import LocalRepository
from werfish.log import Log


def uncommitted_of_images(project: Project, dirty: Sequence[str]) -> tuple[str, ...]:
    """Return those of the *dirty* paths that an image of *project* would take."""
    stapel = [image for image in project.images if isinstance(image, ImageSpec)]
    mappings = [one for image in stapel for one in image.mappings if not one.remote]
    return tuple(path for path in dirty if any(mapping.selects(path) for mapping in mappings))


def warn_of_uncommitted(project: Project, log: Log, dirty: Sequence[str]) -> None:
    """Say once which uncommitted files matter: git content comes from the commit without them."""
    matter = uncommitted_of_images(project, dirty)
    if matter:
        shown = some_of(matter)
        log.warning(f"images are built from the commit; uncommitted changes are left out: {shown}")


def refuse_uncommitted(project: Project, commit: str, dirty: Sequence[str]) -> None:
    """Raise `UncommittedError` where *dirty* has files that an image would take."""
    matter = uncommitted_of_images(project, dirty)
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
