"""Build the stages of images."""

from collections.abc import Sequence

from stages.image import ImageSpec, Instructions
from stages.inherited import with_inherited_mounts
from stages.light_dataclass import dataclass
from stages.order import needed_for
from stages.platforms import with_platforms
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain, outcome_of
from werfish.build.failures import locating
from werfish.build.introspection import require_images
from werfish.build.progress import Progress
from werfish.build.schedule import build_images
from werfish.build.support import Image, is_artifact, require_supported
from werfish.config.model import Project
from werfish.config.selection import selected_titles
from werfish.errors import counted

_NO_IMAGES = "nothing to build: the configuration has no images"
_NONE_SELECTED = "nothing to build: no image is selected"


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """*images* are the names to build, all where there are none; *workers* at most at once."""

    images: tuple[str, ...] = ()
    workers: int = 5


def build(
    project: Project,
    options: BuildOptions,
    adapters: BuildAdapters,
    progress: Progress | None = None,
) -> tuple[BuiltChain, ...]:
    """Make every stage of the selected images exist; return their chains.

    *progress* is told of what is done, for when an error is raised.
    """
    images = needed_images(project, options.images)
    if not images:
        adapters.log.info(_nothing(options))
    _require_seen(project, adapters)
    _require_modules(images, project)
    with locating(project.place_of):
        chains = build_images(
            project.name, images, adapters, workers=options.workers, progress=progress
        )
    for chain in chains:
        _report(chain, adapters)
    _warn_of_unseen(chains, adapters)
    return _selected(chains, project, options)


def check_built(
    project: Project, options: BuildOptions, adapters: BuildAdapters
) -> tuple[BuiltChain, ...]:
    """Return the chains of the selected images; a missing stage is an error, nothing is built."""
    images = needed_images(project, options.images)
    workers = options.workers
    with locating(project.place_of):
        chains = build_images(project.name, images, adapters, workers=workers, may_build=False)
    return _selected(chains, project, options)


def dry_run(project: Project, options: BuildOptions, adapters: BuildAdapters) -> tuple[str, ...]:
    """Return a line for each stage that a build would build now, with its reason."""
    from werfish.build.plan import planned_stages

    images = needed_images(project, options.images)
    _require_seen(project, adapters)
    with locating(project.place_of):
        planned = planned_stages(project.name, images, adapters)
    lines = tuple(
        f"{one.image.title}: {one.reason}" for one in planned if one.reason and not one.is_shared
    )
    if not lines:
        up_to_date = f"nothing to build: {counted(len(planned), 'stage')} up to date"
        adapters.log.info(up_to_date if images else _nothing(options))
    return lines


def _nothing(options: BuildOptions) -> str:
    return _NONE_SELECTED if options.images else _NO_IMAGES


def selected_images(project: Project, names: tuple[str, ...]) -> tuple[Image, ...]:
    """Return the images of *project* that *names* or patterns select (``~``: the nameless one).

    Without names all are that are no artifacts: those are built where an image needs them.
    """
    known = {image.title: image for image in project.images}
    default = [title for title, image in known.items() if not is_artifact(image)]
    return tuple(known[title] for title in selected_titles(tuple(known), names, default))


def images_with_needs(project: Project, names: tuple[str, ...]) -> tuple[Image, ...]:
    """Return the images that *names* select, and those that they are made from, as configured."""
    selected = selected_images(project, names)
    needs = {image.name: image.needs for image in project.images}
    wanted = needed_for([image.name for image in selected], needs)
    return tuple(image for image in project.images if image.name in wanted)


def needed_images(project: Project, names: tuple[str, ...]) -> tuple[Image, ...]:
    """Return the images that *names* select, and those that they are made from.

    One that this version cannot build is an `UnsupportedImageError`.
    """
    needed = with_platforms(images_with_needs(project, names))
    require_supported(needed, project.place_of)
    stapel = [image for image in needed if isinstance(image, ImageSpec)]
    mounted = {image.name: image for image in with_inherited_mounts(stapel)}
    return tuple(mounted.get(image.name, image) for image in needed)


def _require_seen(project: Project, adapters: BuildAdapters) -> None:
    """Refuse shells in images that *project* does not have."""
    titles = tuple(image.title for image in project.images)
    require_images(adapters.surroundings.introspection.stages, titles)


def _require_modules(images: Sequence[Image], project: Project) -> None:
    stapel = [image for image in images if isinstance(image, ImageSpec)]
    if any(one.tasks for image in stapel for one in _instructions(image)):
        from werfish.build.ansible.modules import require_modules

        require_modules(stapel, project.place_of)


def _instructions(image: ImageSpec) -> tuple[Instructions, ...]:
    return (image.before_install, image.install, image.before_setup, image.setup)


def _selected(
    chains: Sequence[BuiltChain], project: Project, options: BuildOptions
) -> tuple[BuiltChain, ...]:
    names = {image.name for image in selected_images(project, options.images)}
    return tuple(chain for chain in chains if chain.image.name in names)


def _report(chain: BuiltChain, adapters: BuildAdapters) -> None:
    adapters.log.info(f"{chain.image.title}: {outcome_of(chain)}, {chain.last.reference}")


def _warn_of_unseen(chains: Sequence[BuiltChain], adapters: BuildAdapters) -> None:
    built = [(chain.image.title, one.stage) for chain in chains for one in chain.stages]
    for pattern in adapters.surroundings.introspection.without_match(built):
        adapters.log.warning(f'--introspect-stage "{pattern}": there is no such stage')
