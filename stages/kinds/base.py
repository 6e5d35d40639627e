"""The ``from`` stage: the base image as the user wrote it, or the image of the project below."""

from stages.digest import Part
from stages.image import ImageSpec
from stages.sources import BaseImages, OtherImages


def base_parts(image: ImageSpec, others: OtherImages, bases: BaseImages) -> tuple[Part, ...]:
    """Return the parts of ``from``: platform, base, cache versions, and places of mounts.

    A base of a registry counts by its name as written: it is resolved only when the stage is
    built, so an unchanged build asks no registry, unless its tag is followed (``fromLatest``): then
    what the tag stands for counts too. A base of the project counts by what it holds.
    """
    parts = [Part("platform", "", image.platform)]
    if image.base_image:
        identity = others.identity(image.base_image)
        parts.append(Part("baseImage", image.base_image, identity))
    else:
        parts.append(Part("base", "", image.base))
    if image.follows:
        parts.append(Part("baseDigest", image.base, bases.digest(image.base)))
    if image.base_cache_version:
        parts.append(Part("cacheVersion", "fromCacheVersion", image.base_cache_version))
    if image.definition_version:
        parts.append(Part("cacheVersion", "cacheVersion", image.definition_version))
    parts += [Part("mount", one.to, f"{one.kind}\n{one.path}") for one in image.mounts]
    return tuple(parts)
