"""For which platform each image is built. Pure.

What an image says itself holds. One that is only made for others is built for theirs, any other
for the machine's own; one that is both wants several, which whoever builds it has to judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.order import ordered

Image = ImageSpec | DockerfileSpec
PLATFORM = "linux/amd64"
"""The platform of the machine that builds."""
_IMPLIED: Mapping[str, str] = {"linux/arm64/v8": "linux/arm64", "linux/amd64/v1": "linux/amd64"}


def with_platforms(images: Sequence[Image], own: str = PLATFORM) -> tuple[Image, ...]:
    """Return *images* with ``platforms`` told, and ``platform`` the first; *own* is the machine's.

    What they need of each other must be among them.
    """
    known = {image.name: image for image in images}
    wanted: dict[str, tuple[str, ...]] = dict.fromkeys(known, ())
    for name in reversed(ordered({image.name: image.needs for image in images})):
        image = known[name]
        found = image.platforms or (*wanted[name], *_own(image, wanted[name], own))
        wanted[name] = tuple(dict.fromkeys(map(plain_platform, found)))
        for needed in image.needs:
            wanted[needed] += wanted[name]
    return tuple(
        replace(image, platforms=wanted[image.name], platform=wanted[image.name][0])
        for image in images
    )


def plain_platform(platform: str) -> str:
    """Return *platform* without a variant that goes without saying."""
    return _IMPLIED.get(platform, platform)


def _own(image: Image, wanted: Sequence[str], own: str) -> tuple[str, ...]:
    is_artifact = isinstance(image, ImageSpec) and image.is_artifact
    return (own,) if not wanted or (image.is_final and not is_artifact) else ()
