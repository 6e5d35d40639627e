"""Build the stages of images."""

from collections.abc import Sequence
from dataclasses import dataclass

from stages.image import ImageSpec
from stages.order import needed_for
from werfish.build.adapters import BuildAdapters
from werfish.build.assemble import CommandFailedError
from werfish.build.chains import BuiltChain
from werfish.build.schedule import build_images, missing_stages
from werfish.build.support import Image, is_artifact, require_supported
from werfish.config.model import Project
from werfish.errors import ConfigError
from werfish.log import Log


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """*images* are the names to build, all where there are none; *workers* at most at once."""

    images: tuple[str, ...] = ()
    workers: int = 5


class UnknownImageError(ConfigError):
    """The user asked for an image that the project does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Name the image, and what there is."""
        super().__init__(
            f'select the images: no image "{name}" in the project',
            hint=f"the images are: {', '.join(known) or 'none'}",
        )
        self.name = name


def build(
    project: Project, options: BuildOptions, adapters: BuildAdapters
) -> tuple[BuiltChain, ...]:
    """Make every stage of the selected images exist; return their chains."""
    images = needed_images(project, options.images)
    try:
        chains = build_images(project.name, images, adapters, workers=options.workers)
    except CommandFailedError as error:
        raise error.located(project.place_of(error.line) if error.line else "") from error
    for chain in chains:
        _report(chain, adapters)
    return _selected(chains, project, options)


def check_built(
    project: Project, options: BuildOptions, adapters: BuildAdapters
) -> tuple[BuiltChain, ...]:
    """Return the chains of the selected images; a missing stage is an error, nothing is built."""
    images = needed_images(project, options.images)
    workers = options.workers
    chains = build_images(project.name, images, adapters, workers=workers, may_build=False)
    return _selected(chains, project, options)


def dry_run(project: Project, options: BuildOptions, adapters: BuildAdapters) -> tuple[str, ...]:
    """Return a line for each stage that a build would build now, with its reason."""
    return tuple(
        f"{image.title}: {reason}"
        for image, _, reason in missing_stages(
            project.name, needed_images(project, options.images), adapters
        )
    )


def selected_images(project: Project, names: tuple[str, ...]) -> tuple[Image, ...]:
    """Return the images of *project* that *names* select (``~`` for the nameless), in its order.

    Without names all are that are no artifacts: those are built where an image needs them. One
    that this version cannot build is an `UnsupportedImageError`.
    """
    known = {image.title: image for image in project.images}
    for name in names:
        if name not in known:
            raise UnknownImageError(name, tuple(known))
    chosen = names or tuple(title for title, image in known.items() if not is_artifact(image))
    selected = tuple(image for title, image in known.items() if title in chosen)
    require_supported(selected, project.place_of)
    return selected


def needed_images(project: Project, names: tuple[str, ...]) -> tuple[Image, ...]:
    """Return the images that *names* select, and those that they are made from."""
    selected = selected_images(project, names)
    needs = {image.name: image.needs for image in project.images}
    wanted = needed_for([image.name for image in selected], needs)
    needed = tuple(image for image in project.images if image.name in wanted)
    require_supported(needed, project.place_of)
    return needed


def _selected(
    chains: Sequence[BuiltChain], project: Project, options: BuildOptions
) -> tuple[BuiltChain, ...]:
    names = {image.name for image in selected_images(project, options.images)}
    return tuple(chain for chain in chains if chain.image.name in names)


def warn_of_uncommitted(project: Project, log: Log, dirty: tuple[str, ...]) -> None:
    """Say once which uncommitted files matter: git content comes from the commit without them.

    The configuration itself is read from the work tree, as werf 1.1 does.
    """
    matter = [path for path in dirty if any(_takes(image, path) for image in project.images)]
    if matter:
        shown = ", ".join(matter[:5]) + (f" and {len(matter) - 5} more" if len(matter) > 5 else "")
        log.warning(f"images are built from the commit; uncommitted changes are left out: {shown}")
    if project.path in dirty:
        log.warning(f"{project.path} is used as it is, with its uncommitted changes")


def _takes(image: Image, path: str) -> bool:
    """Whether *image* may have the file of the project at *path*."""
    if isinstance(image, ImageSpec):
        return any(one.selects(path) for one in image.mappings if not one.remote)
    if path == image.dockerfile:
        return True
    start = "" if image.context == "." else f"{image.context}/"
    added = [f"{start}{name}" for name in image.context_add_files]
    is_added = any(path == name or path.startswith(f"{name}/") for name in added)
    return path.startswith(start) and not is_added


def _report(chain: BuiltChain, adapters: BuildAdapters) -> None:
    image, count = chain.image.title, len(chain.stages)
    rebuilt = len(chain.rebuilt)
    said = f"{rebuilt} of {count} stages built" if rebuilt else f"up to date ({count} stages)"
    adapters.log.info(f"{image}: {said}, {chain.last.reference}")
