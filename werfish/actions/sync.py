"""Copy a project's stages from one storage to another; what is there already is left alone."""

from stages.light_dataclass import dataclass
from werfish.containers.backend import Backend
from werfish.log import Log
from werfish.registry.transfer import Job, in_parallel
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
    first, so that none of their layers is pushed twice.
    """
    stages = copying.source.stages()
    lacking = [stage for stage in stages if not _is_there(stage, copying.target)]
    jobs = [_copying(stage, copying) for stage in lacking]
    is_local = copying.source.is_local or copying.target.is_local
    copied = sum(in_parallel(jobs, workers=1 if is_local else 8))
    there = len(stages) - len(lacking)
    copying.log.info(f"{copied} of {len(stages)} stages copied, {there} were there")
    return copied


def _is_there(stage: StoredStage, target: StageStorage) -> bool:
    return any(one.commits == stage.commits for one in target.find(stage.digest))


def _copying(stage: StoredStage, copying: Copying) -> Job[bool]:
    def copy(stop: object) -> bool:
        try:
            kept = _copied(stage, copying)
        except BrokenStageError as error:
            copying.log.warning(f"{error}; it is left out")
            return False
        copying.target.confirm([kept], [kept.digest])
        copying.log.info(f"{stage.name} {stage.digest.short}: {kept.reference}")
        return True

    return copy


def _copied(stage: StoredStage, copying: Copying) -> StoredStage:
    source, target = copying.source, copying.target
    if not source.is_local and not target.is_local:
        return target.adopt(stage)
    image = source.image(stage)
    if target.is_local:
        image = copying.backend.pull(stage.reference, image)
    return target.save(stage.name, stage.digest, stage.commits, image)
