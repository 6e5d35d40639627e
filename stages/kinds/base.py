"""The ``from`` stage: the base image as the user wrote it."""

from stages.digest import Part
from stages.image import ImageSpec


def base_parts(image: ImageSpec) -> tuple[Part, ...]:
    """Return the parts of ``from``: platform, the base's name as written, and its cache version.

    The base is resolved only when the stage is built, so an unchanged build asks no registry.
    """
    parts = [Part("platform", "", image.platform), Part("base", "", image.base)]
    if image.base_cache_version:
        parts.append(Part("cacheVersion", "fromCacheVersion", image.base_cache_version))
    if image.definition_version:
        parts.append(Part("cacheVersion", "cacheVersion", image.definition_version))
    return tuple(parts)
