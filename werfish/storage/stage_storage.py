"""Where built stages live, as far as the builder needs to know."""

from collections.abc import Collection, Sequence
from typing import Protocol

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.backend import LocalImage
from werfish.errors import BuildError
from werfish.storage.stored_stage import StoredStage


class BrokenStageError(BuildError):
    """Something of a stage is missing where it is stored: it does not count from now on."""

    def __init__(self, problem: str) -> None:
        """Say what is missing where."""
        super().__init__(problem, hint="run the command again; what needs it is then built anew")


class OutdatedStageError(BrokenStageError):
    """A stage is whole, and another one counts by now: that of another machine."""


class StageStorage(Protocol):
    """Stages by digest. Several may have one: they differ in the commits of their content."""

    @property
    def is_local(self) -> bool:
        """Whether stages are images of the backend, rather than of a registry."""
        ...

    @property
    def place(self) -> str:
        """The repository that stages are in; empty where they are images of the backend."""
        ...

    def stages(self) -> Sequence[StoredStage]:
        """Return every stage of the project, each after those that it was built on."""
        ...

    def remembered(self, digest: Digest) -> Sequence[StoredStage]:
        """Return stages that this host knows to have *digest*, oldest first, without asking.

        There may be more by now, and one may be gone: `confirm` notices.
        """
        ...

    def find(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest*, oldest first; broken ones are left out."""
        ...

    def elsewhere(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest* in places that are only read, oldest first."""
        ...

    def adopt(self, stage: StoredStage) -> StoredStage:
        """Keep *stage* here too, where it is of `elsewhere`; return it as it is here."""
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

    def confirm(self, stages: Sequence[StoredStage], built: Collection[Digest]) -> None:
        """Make sure, at the end of a chain of *stages*, that it is whole and found by others.

        *built* are the digests of those that were saved in this run. `BrokenStageError` where it
        is not: `find` leaves out what is broken from then on.
        """
        ...
