"""Copy a project's stages from one storage to another; what is there already is left alone."""

from stages.light_dataclass import dataclass
from werfish.containers.backend import Backend
from werfish.errors import counted
from werfish.log import Log
from werfish.registry.transfer import WORKERS, Job, in_parallel
from werfish.storage.local import StageVanishedError
from werfish.storage.stage_storage import BrokenStageError, StageStorage
from werfish.storage.stored_stage import StoredStage


@dataclass(frozen=True, slots=True)
class Copying:
    """From where to where, and the backend that has (or is to have) the images of ``:local``."""

    source: StageStorage
    target: StageStorage
    backend: Backend
    log: Log


def sync_stages(copying: Copying) -> int:
    """Copy every whole stage of the source, and return how many were new.

    Stages between registries are copied at once, those of a daemon one after another, the lowest
    first, so that none of their layers is pushed twice. What others need to find them is seen to
    once, at the end.
    """
    stages, target = copying.source.stages(), copying.target
    is_local = copying.source.is_local or target.is_local
    workers = 1 if is_local else WORKERS
    are_there = in_parallel([_looking(stage, target) for stage in stages], workers)
    lacking = [one for one, is_there in zip(stages, are_there, strict=True) if not is_there]
    made = in_parallel([_copying(stage, copying) for stage in lacking], workers)
    copied = [stage for stage in made if stage is not None]
    if copied:
        target.confirm(copied, [stage.digest for stage in copied])
    if not stages:
        copying.log.warning("the source has no stages of this project")
    there = len(stages) - len(lacking)
    copying.log.info(f"{len(copied)} of {counted(len(stages), 'stage')} copied, {there} were there")
    return len(copied)


def _looking(stage: StoredStage, target: StageStorage) -> Job[bool]:
    def look(stop: object) -> bool:
        return any(one.commits == stage.commits for one in target.find(stage.digest))

    return look


def _copying(stage: StoredStage, copying: Copying) -> Job[StoredStage | None]:
    def copy(stop: object) -> StoredStage | None:
        try:
            kept = _copied(stage, copying)
        except BrokenStageError as error:
            if isinstance(error, StageVanishedError) and error.stage != stage:
                raise  # what has just come is gone again
            copying.log.warning(f"{error}; it is left out")
            return None
        copying.log.info(f"{stage.name} {stage.digest.short}: {kept.reference}")
        return kept

    return copy


def _copied(stage: StoredStage, copying: Copying) -> StoredStage:
    source, target = copying.source, copying.target
    if not source.is_local and not target.is_local:
        return target.adopt(stage)
    image = source.image(stage)
    if target.is_local:
        image = copying.backend.pull(stage.reference, image)
    return target.save(stage.name, stage.digest, stage.commits, image)
