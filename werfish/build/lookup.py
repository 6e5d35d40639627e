"""Which stage comes next, and whether it is stored already."""

from collections.abc import Sequence

from stages.ahead import needs_others
from stages.chain import Sources, next_stage
from stages.digest import Part
from stages.errors import MissingPathError, StageError
from stages.explain import explain
from stages.image import ImageSpec
from stages.instruction import DockerfileError
from stages.stage import BRINGS_GIT, SETS, Selected, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import Chains
from werfish.build.dockerfile_reader import DockerfileReader
from werfish.build.support import Image
from werfish.errors import BuildError, PlacedError
from werfish.storage.select import select_stage
from werfish.storage.stored_stage import StoredStage


class StageRequiredError(BuildError):
    """A stage that must exist already is not in the storage."""

    def __init__(self, image: str, stage: Stage) -> None:
        """Name the image and the stage that is missing."""
        super().__init__(
            f'look up stage "{stage.title}" of image "{image}": it is not in the storage'
            f" (digest {stage.digest.short})",
            hint='run "werfish build" first, on this commit and with the same stages storage',
        )


class UnmakeableImageError(PlacedError):
    """What the configuration says of an image and what the commit has do not go together."""

    def __init__(self, cause: StageError) -> None:
        """Say *cause*, at its place in the configuration where it knows one."""
        hint = _hint_of(cause) if isinstance(cause, MissingPathError) else ""
        super().__init__(str(cause), hint=hint)
        self.line = cause.line if isinstance(cause, MissingPathError) else 0
        self.key = cause.key if isinstance(cause, DockerfileError) else ""


def _hint_of(cause: MissingPathError) -> str:
    if not cause.submodule:
        return "commit the path, or correct git.add"
    run = "run git submodule update --init --recursive"
    return f'submodule "{cause.submodule}" is not checked out; {run}'


def reader_of(adapters: BuildAdapters) -> DockerfileReader:
    """Return what reads the Dockerfiles of the commit that is being built."""
    return DockerfileReader(
        adapters.repository, adapters.surroundings.project, adapters.log.warning
    )


def sources_of(adapters: BuildAdapters, chains: Chains, dockerfiles: DockerfileReader) -> Sources:
    """Return where the facts of chains come from."""
    return Sources(adapters.repository, adapters.remotes, chains, adapters.bases, dockerfiles)


def following(image: Image, previous: Selected | None, sources: Sources) -> Stage | None:
    """Return the stage of *image* after *previous*, or ``None`` at the end of its chain."""
    try:
        return next_stage(image, previous, sources)
    except StageError as error:
        raise UnmakeableImageError(error) from error


def settings_after(image: ImageSpec, stage: Stage, sources: Sources) -> tuple[Stage, ...]:
    """Return the stages right after *stage*, which is not made yet, that bring settings only.

    Nobody is waited for: where a later stage needs other images, none are returned.
    """
    if needs_others(image, stage.name):
        return ()
    found = [stage]
    while (after := following(image, _selected_of(found[-1]), sources)) is not None:
        if after.name not in SETS:
            break
        found.append(after)
    return tuple(found[1:])


def _selected_of(stage: Stage) -> Selected:
    return Selected(stage.name, stage.digest, stage.commits, stage.step)


def reason_of(stage: Stage, remembered: dict[str, tuple[Part, ...]]) -> str:
    """Say why *stage* is built; *remembered* are the parts of the image's stages last time."""
    return explain(stage, remembered.get(stage.title))


def found(stage: Stage, adapters: BuildAdapters) -> StoredStage | None:
    """Return the stored stage that counts for *stage* on the commit that is being built."""
    storage = adapters.storage
    for look in (storage.remembered, storage.find, storage.elsewhere):
        selected = _selected(stage, look(stage.digest), adapters)
        if selected is not None:
            return selected
    return None


def _selected(
    stage: Stage, candidates: Sequence[StoredStage], adapters: BuildAdapters
) -> StoredStage | None:
    if stage.name not in BRINGS_GIT:
        return candidates[0] if candidates else None
    return select_stage(candidates, dict(stage.commits), adapters.is_ancestor)
