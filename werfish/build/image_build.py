"""One image, stage by stage: looked up, or built, saved and taken from there.

Look-ups within a chain follow one another, since each digest needs the stage selected before it.
What makes stages is imported when the first one has to be made.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stages.ahead import stages_ahead
from stages.digest import Digest, Part
from stages.dockerfile import DockerfileSpec
from stages.image import ImageSpec
from stages.kinds.instructions import unmatched_globs
from stages.stage import RUNS_INSTRUCTIONS, Selected, Stage, StageName
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain, BuiltStage, Chains, StoppedError
from werfish.build.lookup import (
    StageRequiredError,
    following,
    found,
    reader_of,
    reason_of,
    settings_after,
    sources_of,
)
from werfish.build.progress import Progress
from werfish.build.slots import Slots
from werfish.build.stage_locks import Locks
from werfish.build.support import Image
from werfish.build.temporary_folders import TemporaryFolders
from werfish.containers.backend import LocalImage
from werfish.storage.stage_storage import BrokenStageError, OutdatedStageError
from werfish.storage.stored_stage import StoredStage

if TYPE_CHECKING:
    from werfish.build.assemble import Below

_Made = dict[Digest, BuiltStage]
_MOST_BROKEN = 8
"""How often an image begins again because of stages that are broken."""


class Build:
    """One build: what its images share."""

    def __init__(
        self,
        project: str,
        adapters: BuildAdapters,
        workers: int,
        *,
        may_build: bool,
        progress: Progress | None = None,
    ) -> None:
        """Begin without stages; at most *workers* of them are worked on at once."""
        self.project, self.adapters, self.may_build = project, adapters, may_build
        self.progress = progress or Progress()
        self.workers, self.made, self.before = workers, _Made(), _Made()
        self.stopped, self.is_interrupted = threading.Event(), False
        waiting = adapters.log.waiting
        self.locks, self.slots = Locks(self.stopped, waiting), Slots(workers, waiting)
        self.chains = Chains(waiting, adapters.storage.place)
        self.dockerfiles = reader_of(adapters)
        self.sources = sources_of(adapters, self.chains, self.dockerfiles)

    def again(self) -> "Build":
        """Return a build that begins anew, and knows what this one made."""
        build = Build(
            self.project,
            self.adapters,
            self.workers,
            may_build=self.may_build,
            progress=self.progress,
        )
        build.before = self.made
        return build

    def stop(self) -> None:
        """Let images end before their next stage."""
        self.stopped.set()
        self.chains.stop()

    def interrupt(self) -> None:
        """Stop because the user wants it: what ends now has not failed."""
        self.is_interrupted = True
        self.stop()


def build_image(image: Image, build: Build, weight: int) -> BuiltChain | None:
    """Make every stage of *image* exist, and return its chain, or ``None`` where that is stopped.

    Those with a greater *weight* go first where stages wait for a slot. A stage that turns out to
    be broken is built anew.
    """
    build.adapters.trace.name_thread(image.title)
    last = ""
    for left in reversed(range(_MOST_BROKEN)):
        try:
            return _built_chain(image, build, weight)
        except BrokenStageError as error:
            if not left or str(error) == last:  # again the same one: it is of another image
                raise
            last = str(error)
            if isinstance(error, OutdatedStageError):
                build.adapters.log.info(f'image "{image.title}": {error}')
            else:
                said = f'image "{image.title}": {error}; the stages that need it are built anew'
                build.adapters.log.warning(said)
            build.chains.restart(image.name)
    return None


def _built_chain(image: Image, build: Build, weight: int) -> BuiltChain | None:
    done: list[BuiltStage] = []
    previous: Selected | None = None
    build.progress.restart(image)
    with _kept_in_mind(image, done, build), TemporaryFolders(build.adapters.backend) as temporary:
        while (stage := _next(image, previous, build)) is not None:
            with ExitStack() as stack:
                with build.adapters.trace.span("wait", stage=stage.title):
                    stack.enter_context(build.locks.held(stage.digest))
                one = _found(stage, build)
                if one is None:
                    with build.adapters.trace.span("wait", stage=stage.title):
                        stack.enter_context(build.slots.held(weight))
                    if build.stopped.is_set():
                        return None
                    one = _made_now(image, stage, done, build, temporary)
            done.append(one)
            build.progress.add(image, one)
            previous = Selected(stage.name, stage.digest, one.stored.commits, stage.step)
            build.chains.add(image.name, previous, one.stored)
            if build.may_build:
                _shown(image, one, build, temporary)
    _confirm(done, build)
    build.chains.complete(image.name)
    _remember(image, done, build, {})
    return BuiltChain(image, tuple(done))


@contextmanager
def _kept_in_mind(image: Image, done: Sequence[BuiltStage], build: Build) -> Iterator[None]:
    """Remember what is *done* where a later stage fails: the next build tells what changed."""
    try:
        yield
    except BaseException:
        _remember(image, done, build, build.adapters.record.parts_of(build.project, image.name))
        raise


def _remember(
    image: Image, done: Sequence[BuiltStage], build: Build, others: dict[str, tuple[Part, ...]]
) -> None:
    """Remember of what the stages *done* were made, beside the *others*."""
    if build.may_build:
        parts = others | {one.stage.title: one.stage.parts for one in done}
        build.adapters.record.remember_parts(build.project, image.name, parts)


def _confirm(done: Sequence[BuiltStage], build: Build) -> None:
    with build.adapters.trace.span("confirm"):
        built = [one.stage.digest for one in done if one.reason]
        build.adapters.storage.confirm([one.stored for one in done], built)


def _next(image: Image, previous: Selected | None, build: Build) -> Stage | None:
    with build.adapters.trace.span("next stage", after=previous.title if previous else ""):
        return following(image, previous, build.sources)


def _found(stage: Stage, build: Build) -> BuiltStage | None:
    if build.stopped.is_set():
        raise StoppedError
    with build.adapters.trace.span("look up", stage=stage.name):
        stored = found(stage, build.adapters)
    if stored is None:
        return None
    kept = build.adapters.storage.adopt(stored) if build.may_build else stored
    made = build.before.get(stage.digest)
    return made if made is not None and made.stored == kept else BuiltStage(stage, kept)


def _made_now(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    build: Build,
    temporary: TemporaryFolders,
) -> BuiltStage:
    if not build.may_build:
        raise StageRequiredError(image.title, stage)
    remembered = build.adapters.record.parts_of(build.project, image.name)
    reason, clock = reason_of(stage, remembered), build.adapters.log.clock
    began = clock()
    with build.adapters.trace.span(f"build {stage.title}", reason=reason):
        stored = _built(image, stage, done, reason, build, temporary)
    built = BuiltStage(stage, stored, reason, clock() - began)
    build.made[stage.digest] = built
    return built


def _built(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    reason: str,
    build: Build,
    temporary: TemporaryFolders,
) -> StoredStage:
    adapters, number = build.adapters, len(done) + 1
    _warn_of_unmatched(image, stage, build)
    title = f"{image.title}: building {reason}"
    count = number + stages_ahead(image, stage.name, stage.step)
    with adapters.log.step(stage.title, title, number=number, count=count):
        made = _made(image, stage, done, build, temporary)
        return adapters.storage.save(stage.name, stage.digest, stage.commits, made)


def _shown(image: Image, one: BuiltStage, build: Build, temporary: TemporaryFolders) -> None:
    """Open a shell in a finished stage, where the user wants one."""
    adapters = build.adapters
    if adapters.surroundings.introspection.wants(image.title, one.stage):
        from werfish.build.instruct import Work, look_into

        look_into(Work(_seen_as(image), one.stage), one.stored, adapters, temporary)


def _made(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    build: Build,
    temporary: TemporaryFolders,
) -> LocalImage:
    from werfish.build.assemble import make_stage
    from werfish.build.dockerfile_image import make_dockerfile_image, make_settings

    adapters, chains = build.adapters, build.chains
    below = _below(done, adapters)
    if not isinstance(image, DockerfileSpec):
        after = settings_after(image, stage, build.sources) if below else ()
        return make_stage(build.project, image, stage, below, chains, adapters, temporary, after)
    if below is not None:
        return make_settings(build.project, image, stage, below.image, adapters)
    read = build.dockerfiles.read(image)
    return make_dockerfile_image(build.project, image, stage, read, chains, adapters)


def _seen_as(image: Image) -> ImageSpec:
    """Return what a shell in *image* needs to know: of a Dockerfile's, nothing but its name."""
    return image if isinstance(image, ImageSpec) else ImageSpec(image.name, "")


def _below(done: Sequence[BuiltStage], adapters: BuildAdapters) -> "Below | None":
    from werfish.build.assemble import Below

    if not done:
        return None
    stored = done[-1].stored
    return Below(
        Selected(stored.name, stored.digest, stored.commits), adapters.storage.image(stored)
    )


def _warn_of_unmatched(image: Image, stage: Stage, build: Build) -> None:
    if isinstance(image, DockerfileSpec):
        return
    if stage.name is StageName.GIT_ARCHIVE:
        _warn_of_empty(image, build)
    if stage.name not in RUNS_INSTRUCTIONS:
        return
    if stage.step.number > 1:
        return
    for mapping in image.mappings:
        for pattern in unmatched_globs(mapping, stage.name, build.sources.added(mapping)):
            build.adapters.log.warning(
                f'image "{image.title}": stageDependencies.{stage.name} of git "{mapping.add}":'
                f' "{pattern}" matches no file of the commit'
            )


def _warn_of_empty(image: ImageSpec, build: Build) -> None:
    """Warn of git content that holds no file at all."""
    for mapping in image.mappings:
        if not any(mapping.selects(entry.path) for entry in build.sources.added(mapping)):
            build.adapters.log.warning(
                f'image "{image.title}": git "{mapping.add}" brings no file: includePaths and'
                " excludePaths leave none of the commit"
            )
