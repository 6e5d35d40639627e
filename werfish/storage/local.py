"""``:local``: stages as images of the backend itself, found by exact tags.

A look-up is a file and an inspection. Saving holds a lock and looks again: of two processes that
built the same, the first one's stage is used and the other's image is removed.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from stages.digest import Digest
from stages.stage import StageName
from werfish.containers.backend import Backend, ImageGoneError, LocalImage
from werfish.locks.lock import Locks
from werfish.storage.stage_index import StageIndex, stages_of
from werfish.storage.stage_storage import BrokenStageError
from werfish.storage.stored_stage import StoredStage


class StageVanishedError(BrokenStageError):
    """The image of a stage was removed while it was being used."""

    def __init__(self, stage: StoredStage) -> None:
        """Name the *stage*."""
        super().__init__(
            f'open stage "{stage.name}" ({stage.digest.short}): its image "{stage.reference}" '
            "is gone"
        )
        self.stage = stage


class LocalStageStorage:
    """The stages of one project in *backend*; *clock* gives seconds since 1970."""

    is_local = True
    place = ""

    def __init__(
        self,
        backend: Backend,
        folder: Path,
        project: str,
        locks: Locks,
        clock: Callable[[], float],
    ) -> None:
        """Keep the index in *folder* (of all projects)."""
        self._backend = backend
        self._index = StageIndex(folder / project / "index")
        self._project = project
        self._locks = locks
        self._clock = clock

    def stages(self) -> Sequence[StoredStage]:
        """Return every stage of the project, oldest first: what the backend has of it."""
        return stages_of(self._backend.tagged(stages_repository(self._project)))

    def remembered(self, digest: Digest) -> Sequence[StoredStage]:
        """Return nothing: asking costs next to nothing."""
        return ()

    def find(self, digest: Digest) -> Sequence[StoredStage]:
        """Return the stages that have *digest*, oldest first; broken ones are left out."""
        return tuple(stage for stage in self._indexed(digest) if self._image(stage) is not None)

    def elsewhere(self, digest: Digest) -> Sequence[StoredStage]:
        """Return nothing: there is no other place."""
        return ()

    def adopt(self, stage: StoredStage) -> StoredStage:
        """Return *stage*: it is here."""
        return stage

    def image(self, stage: StoredStage) -> LocalImage:
        """Return the image of *stage*; `StageVanishedError` where it is gone."""
        image = self._image(stage)
        if image is None:
            raise StageVanishedError(stage)
        return image

    def save(
        self,
        name: StageName,
        digest: Digest,
        commits: tuple[tuple[str, str], ...],
        image: LocalImage,
    ) -> StoredStage:
        """Keep *image* as a stage; if the same one was kept meanwhile, the first one wins.

        `StageVanishedError` where somebody removed the image just now.
        """
        with self._locks.held(f"{self._project}-{digest}"):
            known = self.find(digest)
            same = next((stage for stage in known if stage.commits == commits), None)
            if same is None:
                return self._save(name, digest, commits, image, known)
        if same.image_id != image.id:
            self._backend.discard(image)
        return same

    def confirm(self, stages: Sequence[StoredStage], built: Collection[Digest]) -> None:
        """Do nothing: what `find` returned was there."""

    def _save(
        self,
        name: StageName,
        digest: Digest,
        commits: tuple[tuple[str, str], ...],
        image: LocalImage,
        known: Sequence[StoredStage],
    ) -> StoredStage:
        reference = stage_reference(self._project, digest, image.id)
        stage = StoredStage(name, digest, reference, image.id, self._clock(), commits)
        try:
            self._backend.tag(image, reference)
        except ImageGoneError as error:
            raise StageVanishedError(stage) from error
        self.image(stage)
        self._index.write(digest, (*known, stage))
        return stage

    def _image(self, stage: StoredStage) -> LocalImage | None:
        image = self._backend.inspect(stage.reference)
        return image if image is not None and image.id == stage.image_id else None

    def _indexed(self, digest: Digest) -> tuple[StoredStage, ...]:
        stages = self._read(digest)
        if stages is None:
            with self._locks.held(f"{self._project}-index"):
                if self._read(digest) is None:
                    self._index.rebuild(self._backend.tagged(stages_repository(self._project)))
            stages = self._index.read(digest) or ()
        return stages

    def _read(self, digest: Digest) -> tuple[StoredStage, ...] | None:
        return self._index.read(digest) if self._index.is_complete() else None


def stages_repository(project: str) -> str:
    """Return the repository of *project*'s stages in the backend."""
    return f"werfish-stages/{project}"


def stage_reference(project: str, digest: Digest, image_id: str) -> str:
    """Return the immutable tag of a stage: its digest, and what its image is."""
    unique = image_id.removeprefix("sha256:")[:12]
    return f"{stages_repository(project)}:{digest}-{unique}"
