"""The images that a chart's templates may ask for, as templates see them. Pure."""

from enum import StrEnum

from stages.light_dataclass import dataclass


class TagStrategy(StrEnum):
    """How the tags of the images were chosen; templates ask for it (``global.werf.ci``)."""

    CUSTOM = "custom"
    GIT_BRANCH = "git-branch"
    GIT_TAG = "git-tag"
    GIT_COMMIT = "git-commit"
    STAGES_SIGNATURE = "stages-signature"

    @property
    def is_mutable(self) -> bool:
        """Whether such a tag may name another image tomorrow."""
        return self in {TagStrategy.CUSTOM, TagStrategy.GIT_BRANCH}


@dataclass(frozen=True, slots=True)
class DeployedImage:
    """A published image: *reference* is ``REPO:TAG``.

    *name* is empty for the nameless image; *image_id* is the digest of its configuration and
    *digest* that of its manifest, both empty where they are not known.
    """

    name: str
    reference: str
    repo: str = ""
    tag: str = ""
    image_id: str = ""
    digest: str = ""
