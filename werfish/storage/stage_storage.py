"""Where built stages live, as far as the builder needs to know."""

from collections.abc import Sequence
from typing import Protocol

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.backend import LocalImage
from werfish.storage.stored_stage import StoredStage


class StageStorage(Protocol):
    """Stages by digest. Several may have one: they differ in the commits of their content."""

    def find(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest*, oldest first; broken ones are left out."""
        ...

    def image(self, stage: StoredStage) -> LocalImage:
        """Return the image of *stage*; `BuildError` where it vanished meanwhile."""
        ...

    def save(
        self,
        name: StageName,
        digest: Digest,
        commits: tuple[tuple[str, str], ...],
        image: LocalImage,
    ) -> StoredStage:
        """Keep *image* as a stage; if the same one was kept meanwhile, the first one wins."""
        ...
