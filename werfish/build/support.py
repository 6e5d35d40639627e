"""What the configuration can say and this version cannot build yet: told before anything is built.

Law: nothing is left out in silence. An image of which only a part could be made is not made.
"""

from collections.abc import Callable, Sequence

from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from werfish.errors import BuildError

Image = ImageSpec | DockerfileSpec


class UnsupportedImageError(BuildError):
    """Images need what this version cannot build."""

    def __init__(self, images: Sequence[Image], place_of: Callable[[int], str]) -> None:
        """Name each image, its place in the configuration, and what of it is not supported."""
        shown = (
            f'  {place_of(image.line)}: image "{image.title}": {", ".join(unsupported(image))}'
            for image in images
        )
        super().__init__(
            "\n".join(("build the images: this version does not support yet", *shown)),
            hint="name one platform for each: --platform, or platform of the image",
        )
        self.images = tuple(images)


def require_supported(images: Sequence[Image], place_of: Callable[[int], str]) -> None:
    """Raise `UnsupportedImageError` where one of *images* cannot be built."""
    refused = [image for image in images if unsupported(image)]
    if refused:
        raise UnsupportedImageError(refused, place_of)


def is_artifact(image: Image) -> bool:
    """Whether *image* only exists for other images to take from."""
    return isinstance(image, ImageSpec) and image.is_artifact


_NOT_YET = ("packages",)


def unsupported(image: Image) -> tuple[str, ...]:
    """Return the keys of the configuration because of which *image* cannot be built."""
    several = ", ".join(image.platforms)
    found = [f"several platforms ({several})"] if len(image.platforms) > 1 else []
    return (*found, *(key for key, _ in image.key_lines if key in _NOT_YET))
