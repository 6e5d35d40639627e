"""What an image takes over from the image of the project that it is built from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.image import ImageSpec
from stages.mount import Mount
from stages.order import ordered


def with_inherited_mounts(images: Sequence[ImageSpec]) -> tuple[ImageSpec, ...]:
    """Return *images* with the mounts of those below them, as in werf; their own come first.

    Of two mounts at one place that of the image itself counts.
    """
    known = {image.name: image for image in images}
    mounts: dict[str, tuple[Mount, ...]] = {}
    for name in ordered({image.name: _below(image, known) for image in images}):
        own = known[name].mounts
        places = {mount.to for mount in own}
        inherited = [one for below in _below(known[name], known) for one in mounts[below]]
        mounts[name] = (*own, *(mount for mount in inherited if mount.to not in places))
    return tuple(replace(image, mounts=mounts[image.name]) for image in images)


def _below(image: ImageSpec, known: Mapping[str, ImageSpec]) -> tuple[str, ...]:
    below = image.base_image
    return (below,) if below and below in known else ()
