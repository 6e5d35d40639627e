"""How far each image of a build has come, for whoever reports on a build that did not succeed.

Each image is told of by its own thread only; who reads waits for the end of the build.
"""

from collections.abc import Sequence
from dataclasses import field

from stages.light_dataclass import dataclass
from werfish.build.chains import BuiltChain, BuiltStage
from werfish.build.support import Image
from werfish.errors import WerfishError


@dataclass(slots=True)
class ImageProgress:
    """The *stages* of *image* that exist; all of them where there is a *chain*."""

    image: Image
    stages: list[BuiltStage] = field(default_factory=list)
    chain: BuiltChain | None = None
    error: WerfishError | None = None


@dataclass(slots=True)
class Progress:
    """The *images* of a build by name, in the order of the configuration."""

    images: dict[str, ImageProgress] = field(default_factory=dict)

    @property
    def failures(self) -> Sequence[WerfishError]:
        """Why images are not built, as far as that is known."""
        return [one.error for one in self.images.values() if one.error is not None]

    def begin(self, images: Sequence[Image]) -> None:
        """Tell that *images* are to be built, from their first stage."""
        self.images = {image.name: ImageProgress(image) for image in images}

    def restart(self, image: Image) -> None:
        """Tell that *image* begins with its first stage."""
        self.images[image.name] = ImageProgress(image)

    def add(self, image: Image, stage: BuiltStage) -> None:
        """Tell that *image* has one more *stage*."""
        self.images[image.name].stages.append(stage)

    def complete(self, chain: BuiltChain) -> None:
        """Tell that an image has no more stages."""
        self.images[chain.image.name].chain = chain

    def fail(self, image: Image, error: WerfishError) -> None:
        """Tell why *image* is not built."""
        self.images[image.name].error = error
