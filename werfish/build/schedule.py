"""Images in parallel, each stage by stage: looked up, or built, saved and taken from there.

Threads live here and nowhere else in building. Each image has one, which mostly waits: for a stage
of another image that it depends on, or for one of a few slots to work in. Look-ups within a chain
follow one another, since each digest needs the stage selected before it.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from stages.ahead import stages_ahead
from stages.chain import Sources, next_stage
from stages.digest import Digest, Part
from stages.dockerfile import DockerfileSpec
from stages.errors import MissingPathError, StageError
from stages.explain import explain
from stages.image import ImageSpec
from stages.kinds.instructions import unmatched_globs
from stages.order import ordered
from stages.stage import BRINGS_GIT, RUNS_INSTRUCTIONS, Selected, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.assemble import Below, make_stage
from werfish.build.chains import (
    BuiltChain,
    BuiltStage,
    Chains,
    StoppedError,
    dependents_of,
    outcome_of,
)
from werfish.build.dockerfile_image import make_dockerfile_image, make_settings
from werfish.build.dockerfile_reader import DockerfileReader
from werfish.build.failures import raise_failures
from werfish.build.instruct import Work, look_into
from werfish.build.mounts import TemporaryFolders
from werfish.build.slots import Slots, Waiting
from werfish.build.support import Image
from werfish.containers.backend import LocalImage
from werfish.errors import BuildError
from werfish.screens.events import Outcome
from werfish.storage.select import select_stage
from werfish.storage.stored_stage import StoredStage

INTERRUPT_PERIOD = 0.1
"""Seconds between attempts to end running containers after an interrupt."""


class StageRequiredError(BuildError):
    """A stage that must exist already is not in the storage."""

    def __init__(self, image: str, stage: Stage) -> None:
        """Name the image and the stage that is missing."""
        super().__init__(
            f'look up stage "{stage.name}" of image "{image}": it is not in the storage'
            f" (digest {stage.digest.short})",
            hint='run "werfish build" first, on this commit and with the same stages storage',
        )


class Locks:
    """One lock a digest: two images that share a stage build it once.

    Who fails while it holds one sets *stop* before the next one gets it: what failed for one image
    is not tried again for the other.
    """

    def __init__(self, stop: threading.Event, waiting: Waiting = nullcontext) -> None:
        """Begin without locks."""
        self._stop, self._waiting = stop, waiting
        self._guard = threading.Lock()
        self._locks: dict[Digest, threading.Lock] = {}

    @contextmanager
    def held(self, digest: Digest) -> Iterator[None]:
        """Hold the lock of *digest*."""
        with self._guard:
            lock = self._locks.setdefault(digest, threading.Lock())
        if not lock.acquire(blocking=False):
            with self._waiting("an image with the same stage"):
                lock.acquire()
        try:
            yield
        except BaseException:
            self._stop.set()
            raise
        finally:
            lock.release()


def reader_of(adapters: BuildAdapters) -> DockerfileReader:
    """Return what reads the Dockerfiles of the commit that is being built."""
    return DockerfileReader(
        adapters.repository, adapters.surroundings.project, adapters.log.warning
    )


def sources_of(adapters: BuildAdapters, chains: Chains, dockerfiles: DockerfileReader) -> Sources:
    """Return where the facts of chains come from."""
    return Sources(adapters.repository, adapters.remotes, chains, adapters.bases, dockerfiles)


class _Build:
    """One build: what its images share."""

    def __init__(
        self, project: str, adapters: BuildAdapters, workers: int, *, may_build: bool
    ) -> None:
        self.project, self.adapters, self.may_build = project, adapters, may_build
        self.stopped, self.is_interrupted = threading.Event(), False
        waiting = adapters.log.waiting
        self.locks, self.slots = Locks(self.stopped, waiting), Slots(workers, waiting)
        self.chains = Chains(waiting)
        self.dockerfiles = reader_of(adapters)
        self.sources = sources_of(adapters, self.chains, self.dockerfiles)

    def stop(self) -> None:
        """Let images end before their next stage."""
        self.stopped.set()
        self.chains.stop()

    def interrupt(self) -> None:
        """Stop because the user wants it: what ends now has not failed."""
        self.is_interrupted = True
        self.stop()


def build_images(
    project: str,
    images: Sequence[Image],
    adapters: BuildAdapters,
    *,
    workers: int,
    may_build: bool = True,
) -> tuple[BuiltChain, ...]:
    """Make every stage of *images* exist and return their chains, in the order of *images*.

    What images need of each other must be among them. At most *workers* stages are worked on at
    once, those first that most others wait for. Without *may_build* a missing stage is a
    `StageRequiredError`. The first error stops images before their next stage; several are one
    `ImagesFailedError`.
    """
    build = _Build(project, adapters, workers, may_build=may_build)
    weights = dependents_of({image.name: image.needs for image in images})
    with (
        adapters.log.tasks([image.title for image in images]),
        ThreadPoolExecutor(max_workers=max(1, len(images))) as pool,
    ):
        _open_remotes(images, adapters, pool)
        futures = [pool.submit(_build_task, image, build, weights[image.name]) for image in images]
        try:
            failures = [error for future in futures if (error := future.exception()) is not None]
        except BaseException:
            build.interrupt()
            adapters.log.info("ending what runs; the stages that are finished stay")
            _end(futures, adapters)
            raise
    raise_failures(failures)
    return tuple(chain for future in futures if (chain := future.result()) is not None)


def _build_task(image: Image, build: _Build, weight: int) -> BuiltChain | None:
    """Build *image* as a task of the log; stop the others where that fails."""
    log = build.adapters.log
    with log.task(image.title):
        try:
            chain = _build_image(image, build, weight)
        except StoppedError:
            chain = None
        except BaseException:
            is_wanted = build.is_interrupted
            log.finished(Outcome.STOPPED if is_wanted else Outcome.FAILED, "not built")
            build.stop()
            raise
        if chain is None:
            log.finished(Outcome.STOPPED, "stopped")
        else:
            log.finished(Outcome.DONE, outcome_of(chain))
        return chain


def _open_remotes(
    images: Sequence[Image], adapters: BuildAdapters, pool: ThreadPoolExecutor
) -> None:
    """Ask each other repository for its commit, all at once, before anything is built."""
    stapel = [image for image in images if not isinstance(image, DockerfileSpec)]
    keys = {mapping.repository for image in stapel for mapping in image.mappings if mapping.remote}
    for _ in pool.map(lambda key: adapters.remotes[key].commit, sorted(keys)):
        pass


def _end(futures: Sequence["Future[BuiltChain | None]"], adapters: BuildAdapters) -> None:
    """End what runs in other threads; one may have begun just now, so until all have ended."""
    while wait(futures, timeout=INTERRUPT_PERIOD).not_done:
        adapters.backend.interrupt()


def _build_image(image: Image, build: _Build, weight: int) -> BuiltChain | None:
    trace = build.adapters.trace
    trace.name_thread(image.title)
    remembered = build.adapters.record.parts_of(build.project, image.name)
    done: list[BuiltStage] = []
    previous: Selected | None = None
    with TemporaryFolders(build.adapters.backend) as temporary:
        while (stage := _traced_following(image, previous, build)) is not None:
            with ExitStack() as stack:
                with trace.span("wait", stage=stage.name):
                    stack.enter_context(build.locks.held(stage.digest))
                    stack.enter_context(build.slots.held(weight))
                if build.stopped.is_set():
                    return None
                one = _made_or_found(image, stage, done, remembered, build, temporary)
            done.append(one)
            previous = Selected(stage.name, stage.digest, one.stored.commits)
            build.chains.add(image.name, previous, one.stored)
            if build.may_build:
                look_into(Work(_seen_as(image), stage), one.stored, build.adapters, temporary)
    build.chains.complete(image.name)
    if build.may_build:
        parts = {str(one.stage.name): one.stage.parts for one in done}
        build.adapters.record.remember_parts(build.project, image.name, parts)
    return BuiltChain(image, tuple(done))


def _traced_following(image: Image, previous: Selected | None, build: _Build) -> Stage | None:
    with build.adapters.trace.span("next stage", after=str(previous.name if previous else "")):
        return _following(image, previous, build.sources)


def _made_or_found(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    remembered: dict[str, tuple[Part, ...]],
    build: _Build,
    temporary: TemporaryFolders,
) -> BuiltStage:
    with build.adapters.trace.span("look up", stage=stage.name):
        stored = _found(stage, build.adapters)
    if stored is not None:
        return BuiltStage(stage, stored)
    if not build.may_build:
        raise StageRequiredError(image.title, stage)
    reason, clock = _reason(stage, remembered), build.adapters.log.clock
    began = clock()
    with build.adapters.trace.span(f"build {stage.name}", reason=reason):
        stored = _built(image, stage, done, reason, build, temporary)
    return BuiltStage(stage, stored, reason, clock() - began)


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage of *image* as it is now: *stored*, or to be built for a *reason*."""

    image: Image
    stage: Stage
    stored: StoredStage | None
    reason: str = ""


def planned_stages(
    project: str, images: Sequence[Image], adapters: BuildAdapters
) -> tuple[PlannedStage, ...]:
    """Return all stages of *images*, and which of them a build would build now.

    They are in the order of a build that works on one image after the other.
    """
    known = {image.name: image for image in images}
    chains = Chains()
    sources = sources_of(adapters, chains, reader_of(adapters))
    planned: list[PlannedStage] = []
    for name in ordered({image.name: image.needs for image in images}):
        image = known[name]
        remembered = adapters.record.parts_of(project, name)
        previous: Selected | None = None
        while (stage := _following(image, previous, sources)) is not None:
            stored = _found(stage, adapters)
            reason = "" if stored else _reason(stage, remembered)
            planned.append(PlannedStage(image, stage, stored, reason))
            commits = stored.commits if stored else stage.commits
            previous = Selected(stage.name, stage.digest, commits)
            chains.add(name, previous, stored)
        chains.complete(name)
    return tuple(planned)


def _following(image: Image, previous: Selected | None, sources: Sources) -> Stage | None:
    try:
        return next_stage(image, previous, sources)
    except StageError as error:
        is_path = isinstance(error, MissingPathError)
        hint = "commit the path, or correct git.add" if is_path else ""
        raise BuildError(str(error), hint=hint) from error


def _reason(stage: Stage, remembered: dict[str, tuple[Part, ...]]) -> str:
    return explain(stage.name, remembered.get(stage.name), stage.parts)


def _found(stage: Stage, adapters: BuildAdapters) -> StoredStage | None:
    candidates = adapters.storage.find(stage.digest)
    if stage.name not in BRINGS_GIT:
        return candidates[0] if candidates else None
    return select_stage(candidates, dict(stage.commits), adapters.is_ancestor)


def _built(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    reason: str,
    build: _Build,
    temporary: TemporaryFolders,
) -> StoredStage:
    adapters, number = build.adapters, len(done) + 1
    _warn_of_unmatched(image, stage, build)
    title = f"{image.title}: building {reason}"
    count = number + stages_ahead(image, stage.name)
    with adapters.log.step(str(stage.name), title, number=number, count=count):
        made = _made(image, stage, done, build, temporary)
        return adapters.storage.save(stage.name, stage.digest, stage.commits, made)


def _made(
    image: Image,
    stage: Stage,
    done: Sequence[BuiltStage],
    build: _Build,
    temporary: TemporaryFolders,
) -> LocalImage:
    adapters, chains = build.adapters, build.chains
    below = _below(done, adapters)
    if not isinstance(image, DockerfileSpec):
        return make_stage(build.project, image, stage, below, chains, adapters, temporary)
    if below is not None:
        return make_settings(build.project, image, stage, below.image, adapters)
    read = build.dockerfiles.read(image)
    return make_dockerfile_image(build.project, image, stage, read, chains, adapters)


def _seen_as(image: Image) -> ImageSpec:
    """Return what a shell in *image* needs to know: of a Dockerfile's, nothing but its name."""
    return image if isinstance(image, ImageSpec) else ImageSpec(image.name, "")


def _below(done: Sequence[BuiltStage], adapters: BuildAdapters) -> Below | None:
    if not done:
        return None
    stored = done[-1].stored
    return Below(
        Selected(stored.name, stored.digest, stored.commits), adapters.storage.image(stored)
    )


def _warn_of_unmatched(image: Image, stage: Stage, build: _Build) -> None:
    if stage.name not in RUNS_INSTRUCTIONS or isinstance(image, DockerfileSpec):
        return
    for mapping in image.mappings:
        for pattern in unmatched_globs(mapping, stage.name, build.sources.entries(mapping)):
            build.adapters.log.warning(
                f'image "{image.title}": stageDependencies.{stage.name} of git "{mapping.add}":'
                f' "{pattern}" matches no file of the commit'
            )
