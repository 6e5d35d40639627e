"""Images in parallel, each stage by stage: looked up, or built, saved and taken from there.

Threads live here and nowhere else in building. Look-ups within a chain follow one another, since
each digest needs the stage selected before it.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

from stages.chain import Sources, next_stage
from stages.digest import Digest, Part, digest_of
from stages.errors import StageError
from stages.explain import explain
from stages.image import ImageSpec
from stages.kinds.instructions import unmatched_globs
from stages.stage import BRINGS_GIT, RUNS_INSTRUCTIONS, Selected, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.assemble import Below, make_stage
from werfish.errors import BuildError, WerfishError
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


@dataclass(frozen=True, slots=True)
class BuiltStage:
    """One stage of a finished chain. *reason* says why it was built; empty where it was found."""

    stage: Stage
    stored: StoredStage
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BuiltChain:
    """An image whose stages all exist now."""

    image: ImageSpec
    stages: tuple[BuiltStage, ...]

    @property
    def last(self) -> StoredStage:
        """The stage that is the image."""
        return self.stages[-1].stored

    @property
    def signature(self) -> Digest:
        """The digest of the image's content: its last stage, and the commits that it holds."""
        last = self.last
        commits = (Part("commit", key, value) for key, value in last.commits)
        return digest_of("image", (Part("stage", last.name, last.digest.value), *commits))

    @property
    def rebuilt(self) -> tuple[BuiltStage, ...]:
        """The stages that were built in this run."""
        return tuple(stage for stage in self.stages if stage.reason)


class Locks:
    """One lock a digest: two images that share a stage build it once.

    Who fails while it holds one sets *stop* before the next one gets it: what failed for one image
    is not tried again for the other.
    """

    def __init__(self, stop: threading.Event) -> None:
        """Begin without locks."""
        self._stop = stop
        self._guard = threading.Lock()
        self._locks: dict[Digest, threading.Lock] = {}

    @contextmanager
    def held(self, digest: Digest) -> Iterator[None]:
        """Hold the lock of *digest*."""
        with self._guard:
            lock = self._locks.setdefault(digest, threading.Lock())
        with lock:
            try:
                yield
            except BaseException:
                self._stop.set()
                raise


def build_images(
    project: str,
    images: Sequence[ImageSpec],
    adapters: BuildAdapters,
    *,
    workers: int,
    may_build: bool = True,
) -> tuple[BuiltChain, ...]:
    """Make every stage of *images* exist and return their chains, in the order of *images*.

    At most *workers* images are worked on at once. Without *may_build* a missing stage is a
    `StageRequiredError`. The first error stops images that have not begun.
    """
    stop = threading.Event()
    locks = Locks(stop)

    def one(image: ImageSpec) -> BuiltChain | None:
        if stop.is_set():
            return None
        try:
            return _build_image(project, image, adapters, locks, stop, may_build=may_build)
        except BaseException as error:
            if len(images) > 1 and isinstance(error, WerfishError):
                adapters.log.info(f"{error}; what runs now is finished first")
            stop.set()
            raise

    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(images)))) as pool:
        futures = [pool.submit(one, image) for image in images]
        try:
            failures = [error for future in futures if (error := future.exception()) is not None]
        except BaseException:
            stop.set()
            _end(futures, adapters)
            raise
    if failures:
        raise failures[0]
    return tuple(chain for future in futures if (chain := future.result()) is not None)


def _end(futures: Sequence["Future[BuiltChain | None]"], adapters: BuildAdapters) -> None:
    """End what runs in other threads; one may have begun just now, so until all have ended."""
    while wait(futures, timeout=INTERRUPT_PERIOD).not_done:
        adapters.backend.interrupt()


def _build_image(
    project: str,
    image: ImageSpec,
    adapters: BuildAdapters,
    locks: Locks,
    stop: threading.Event,
    *,
    may_build: bool,
) -> BuiltChain | None:
    remembered = adapters.record.parts_of(project, image.name)
    done: list[BuiltStage] = []
    previous: Selected | None = None
    sources = Sources(adapters.repository)
    while (stage := _following(image, previous, sources)) is not None:
        with locks.held(stage.digest):
            if stop.is_set():
                return None
            stored, reason = _found(stage, adapters), ""
            if stored is None:
                if not may_build:
                    raise StageRequiredError(image.title, stage)
                reason = _reason(stage, remembered)
                stored = _built(project, image, stage, done, reason, adapters)
        done.append(BuiltStage(stage, stored, reason))
        previous = Selected(stage.name, stage.digest, stored.commits)
    if may_build:
        parts = {str(built.stage.name): built.stage.parts for built in done}
        adapters.record.remember_parts(project, image.name, parts)
    return BuiltChain(image, tuple(done))


def missing_stages(
    project: str, image: ImageSpec, adapters: BuildAdapters
) -> tuple[tuple[Stage, str], ...]:
    """Return the stages of *image* that a build would build now, each with its reason."""
    remembered = adapters.record.parts_of(project, image.name)
    missing: list[tuple[Stage, str]] = []
    previous: Selected | None = None
    sources = Sources(adapters.repository)
    while (stage := _following(image, previous, sources)) is not None:
        stored = _found(stage, adapters)
        if stored is None:
            missing.append((stage, _reason(stage, remembered)))
        commits = stored.commits if stored else stage.commits
        previous = Selected(stage.name, stage.digest, commits)
    return tuple(missing)


def _following(image: ImageSpec, previous: Selected | None, sources: Sources) -> Stage | None:
    try:
        return next_stage(image, previous, sources)
    except StageError as error:
        raise BuildError(str(error), hint="commit the path, or correct git.add") from error


def _reason(stage: Stage, remembered: dict[str, tuple[Part, ...]]) -> str:
    return explain(stage.name, remembered.get(stage.name), stage.parts)


def _found(stage: Stage, adapters: BuildAdapters) -> StoredStage | None:
    candidates = adapters.storage.find(stage.digest)
    if stage.name not in BRINGS_GIT:
        return candidates[0] if candidates else None
    return select_stage(candidates, dict(stage.commits), adapters.repository.is_ancestor)


def _built(
    project: str,
    image: ImageSpec,
    stage: Stage,
    done: Sequence[BuiltStage],
    reason: str,
    adapters: BuildAdapters,
) -> StoredStage:
    log = adapters.log
    _warn_of_unmatched(image, stage, adapters)
    with log.section(f"{image.title}: building {reason}", f"{image.title}: built {stage.name}"):
        made = make_stage(project, image, stage, _below(done, adapters), adapters)
        return adapters.storage.save(stage.name, stage.digest, stage.commits, made)


def _below(done: Sequence[BuiltStage], adapters: BuildAdapters) -> Below | None:
    if not done:
        return None
    stored = done[-1].stored
    return Below(
        Selected(stored.name, stored.digest, stored.commits), adapters.storage.image(stored)
    )


def _warn_of_unmatched(image: ImageSpec, stage: Stage, adapters: BuildAdapters) -> None:
    if stage.name not in RUNS_INSTRUCTIONS:
        return
    entries = adapters.repository.entries(adapters.repository.commit)
    for mapping in image.mappings:
        for pattern in unmatched_globs(mapping, stage.name, entries):
            adapters.log.warning(
                f'image "{image.title}": stageDependencies.{stage.name} of git "{mapping.add}":'
                f' "{pattern}" matches no file of the commit'
            )
