"""How much of a chain is still ahead, as far as an image says it without its sources."""

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.kinds.imports import dependencies_at, imports_at
from stages.kinds.instructions import has_instructions, steps_of
from stages.stage import IMPORTS, RUNS_INSTRUCTIONS, WHOLE, StageName, Step

_ORDER = tuple(StageName)


def stages_ahead(image: ImageSpec | DockerfileSpec, after: StageName, step: Step = WHOLE) -> int:
    """Return how many stages *image* has for certain after *step* of *after*.

    Those that bring git up to date are not counted: they depend on what was built before.
    """
    if isinstance(image, DockerfileSpec):
        return int(image.settings is not None and after is StageName.DOCKERFILE)
    following = _ORDER[_ORDER.index(after) + 1 :]
    return step.count - step.number + sum(_certain(image, name) for name in following)


def needs_others(image: ImageSpec, after: StageName) -> bool:
    """Tell whether a stage of *image* after *after* depends on stages of other images."""
    following = _ORDER[_ORDER.index(after) + 1 :]
    return any(name in IMPORTS and _is_certain(image, name) for name in following)


def _certain(image: ImageSpec, name: StageName) -> int:
    if name in RUNS_INSTRUCTIONS:
        return len(steps_of(image, name)) if has_instructions(image, name) else 0
    return int(_is_certain(image, name))


def _is_certain(image: ImageSpec, name: StageName) -> bool:
    if name in IMPORTS:
        return bool(imports_at(image, name) or dependencies_at(image, name))
    if name is StageName.GIT_ARCHIVE:
        return bool(image.mappings)
    if name is StageName.DOCKER_INSTRUCTIONS:
        return image.runtime is not None and not image.is_artifact
    return name is StageName.IMAGE_SPEC and image.settings is not None and not image.is_artifact
