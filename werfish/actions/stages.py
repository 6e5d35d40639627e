"""Show the stages of images: what is stored, and what is not."""

import json
from collections.abc import Iterator, Sequence

from werfish.actions.build import BuildOptions, check_built, needed_images
from werfish.build.adapters import BuildAdapters
from werfish.build.failures import locating
from werfish.build.plan import PlannedStage, planned_stages
from werfish.config.errors import UnknownImageError
from werfish.config.model import Project
from werfish.errors import ConfigError


class ImageRequiredError(ConfigError):
    """One image is wanted, and it is not said which."""

    def __init__(self, known: Sequence[str]) -> None:
        """Name what there is."""
        super().__init__(
            "select the image: the project has several, name one",
            hint=f"the images are: {', '.join(known)}",
        )


def list_stages(
    project: Project, names: tuple[str, ...], form: str, adapters: BuildAdapters
) -> Iterator[str]:
    """Yield the lines that tell of every stage of the images *names*, and of what they need."""
    images = needed_images(project, names)
    with locating(project.place_of):
        planned = planned_stages(project.name, images, adapters)
    if form == "json":
        yield from json.dumps([_fields(one) for one in planned], indent=2).splitlines()
        return
    width = max((len(one.image.title) + len(one.stage.title) for one in planned), default=0) + 1
    for one in planned:
        name = f"{one.image.title}/{one.stage.title}".ljust(width)
        state = one.stored.reference if one.stored else f"not built: {one.reason}"
        yield f"{name}  {one.stage.digest.short}  {state}"


def last_stage(project: Project, name: str, adapters: BuildAdapters, workers: int) -> str:
    """Return the reference of the last stage of image *name*, of the only one without a name.

    A missing stage is a `StageRequiredError`.
    """
    chosen = name or only_image(project)
    (chain,) = check_built(project, BuildOptions((chosen,), workers), adapters)
    return chain.last.reference


def only_image(project: Project) -> str:
    """Return the name of the only final image of *project*."""
    known = [image.title for image in project.final_images]
    if len(known) != 1:
        raise ImageRequiredError(known) if known else UnknownImageError("", ())
    return known[0]


def _fields(one: PlannedStage) -> dict[str, str]:
    return {
        "image": one.image.title,
        "stage": one.stage.title,
        "digest": str(one.stage.digest),
        "reference": one.stored.reference if one.stored else "",
        "reason": one.reason,
    }
