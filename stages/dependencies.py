"""What a build is told of other images: that they come first, and where they are."""

from enum import StrEnum

from stages.light_dataclass import dataclass
from stages.stage import StageName


class ImageFact(StrEnum):
    """What of another image is told, in werf's words."""

    NAME = "ImageName"
    ID = "ImageID"
    DIGEST = "ImageDigest"
    REPO = "ImageRepo"
    TAG = "ImageTag"


@dataclass(frozen=True, slots=True)
class ToldFact:
    """*fact* of another image, told as the environment variable or build argument *target*."""

    fact: ImageFact
    target: str

    @property
    def kind(self) -> str:
        """The kind of the digest's part that says it; another since `DIGEST` is the manifest's."""
        return "manifestFact" if self.fact is ImageFact.DIGEST else "fact"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies:``: *image* is built first, and *facts* of it are told.

    *stage* is the stage that they are there from; a Dockerfile has them from its beginning.
    """

    image: str
    facts: tuple[ToldFact, ...] = ()
    stage: StageName | None = None

    @property
    def tells_place(self) -> bool:
        """Whether a fact depends on where the image is, and not only on what it is."""
        return any(one.fact is not ImageFact.ID for one in self.facts)
