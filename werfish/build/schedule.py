"""Images in parallel. Threads live here and nowhere else in building.

Each image has one, which mostly waits: for a stage of another image that it depends on, or for one
of a few slots to work in.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from stages.dockerfile import DockerfileSpec
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain, StoppedError, dependents_of, outcome_of
from werfish.build.failures import ImagesFailedError, raise_failures
from werfish.build.image_build import Build, build_image
from werfish.build.placed import placed_in
from werfish.build.progress import Progress
from werfish.build.running import Running
from werfish.build.support import Image
from werfish.errors import BuildError, WerfishError
from werfish.process import end_running
from werfish.screens.events import Outcome
from werfish.storage.stage_storage import BrokenStageError

INTERRUPT_PERIOD = 0.1
"""Seconds between attempts to end running containers after an interrupt."""
MOST_PRESSED = 5
"""So many more interrupts end the wait for what does not end."""
LONGEST_END = 10.0
"""Seconds after which what does not end, as where a registry does not answer, is left."""


def build_images(
    project: str,
    images: Sequence[Image],
    adapters: BuildAdapters,
    *,
    workers: int,
    may_build: bool = True,
    progress: Progress | None = None,
) -> tuple[BuiltChain, ...]:
    """Make every stage of *images* exist and return their chains, in the order of *images*.

    What images need of each other must be among them. At most *workers* stages are worked on at
    once, those first that most others wait for. Without *may_build* a missing stage is a
    `StageRequiredError`. The first error stops images before their next stage; several are one
    `ImagesFailedError`. Where a stage that others were made to need is gone meanwhile, all begins
    again once, with what is there. *progress* is told of what is done, for when an error is raised.
    """
    build = Build(project, adapters, workers, may_build=may_build, progress=progress)
    try:
        return _built(images, build)
    except BuildError as error:
        if not may_build or not _is_broken(error):
            raise
        adapters.log.warning(f"{error}; the build begins again")
    return _built(images, build.again())


def _is_broken(error: BuildError) -> bool:
    """Whether nothing failed but that finished stages are gone."""
    errors = error.errors if isinstance(error, ImagesFailedError) else (error,)
    return all(isinstance(one, BrokenStageError) for one in errors)


def _built(images: Sequence[Image], build: Build) -> tuple[BuiltChain, ...]:
    adapters = build.adapters
    build.progress.begin(images)
    weights = dependents_of({image.name: image.needs for image in images})
    futures: list[Future[BuiltChain | None]] = []
    running = Running()
    pool = ThreadPoolExecutor(max_workers=max(1, len(images)))
    with adapters.log.tasks([image.title for image in images]):
        try:
            _open_remotes(images, adapters, pool, running)
            for image in images:
                weight = weights[image.name]
                futures.append(pool.submit(_counted_task, image, build, weight, running))
            failures = [error for future in futures if (error := future.exception()) is not None]
        except BaseException as error:
            _end(build, futures, running)
            if isinstance(error, KeyboardInterrupt):
                raise_failures(build.progress.failures)  # which the user did not wait for
            raise
        finally:
            pool.shutdown(wait=False)
    raise_failures(failures)
    return tuple(chain for future in futures if (chain := future.result()) is not None)


def _counted_task(image: Image, build: Build, weight: int, running: Running) -> BuiltChain | None:
    with running.counted():
        return _build_task(image, build, weight)


def _build_task(image: Image, build: Build, weight: int) -> BuiltChain | None:
    """Build *image* as a task of the log; stop the others where that fails."""
    log = build.adapters.log
    with log.task(image.title), placed_in(image):
        try:
            chain = build_image(image, build, weight)
        except StoppedError:
            chain = None
        except BaseException as error:
            is_wanted = build.is_interrupted
            if isinstance(error, WerfishError) and not is_wanted:
                build.progress.fail(image, error)
            log.finished(Outcome.STOPPED if is_wanted else Outcome.FAILED, "not built")
            build.stop()
            raise
        if chain is None:
            log.finished(Outcome.STOPPED, "stopped")
        else:
            build.progress.complete(chain)
            log.finished(Outcome.DONE, outcome_of(chain))
        return chain


def _open_remotes(
    images: Sequence[Image], adapters: BuildAdapters, pool: ThreadPoolExecutor, running: Running
) -> None:
    """Ask each other repository for its commit, all at once, before anything is built."""
    stapel = [image for image in images if not isinstance(image, DockerfileSpec)]
    keys = {mapping.repository for image in stapel for mapping in image.mappings if mapping.remote}

    def open_remote(key: str) -> None:
        with running.counted():
            _ = adapters.remotes[key].commit

    for _ in pool.map(open_remote, sorted(keys)):
        pass


def _end(build: Build, futures: Sequence["Future[BuiltChain | None]"], running: Running) -> None:
    """End what runs in other threads, and go on with it when one more interrupt comes.

    People are impatient, and ``timeout`` sends its signal twice: left early, the containers would
    run on to their own end while we wait for them. Who insists `MOST_PRESSED` times is let go.
    """
    is_said, deadline = False, time.monotonic() + LONGEST_END
    for left in reversed(range(MOST_PRESSED)):
        try:
            build.interrupt()  # also those that have not counted themselves yet
            if not is_said and not _is_done(futures, running):
                is_said = True
                build.adapters.log.info("ending what runs; the stages that are finished stay")
            _end_until_done(futures, running, build.adapters, deadline)
        except KeyboardInterrupt:
            if not left:
                raise
        else:
            return


def _end_until_done(
    futures: Sequence["Future[BuiltChain | None]"],
    running: Running,
    adapters: BuildAdapters,
    deadline: float,
) -> None:
    """End containers until all threads have ended: one may have begun just now."""
    while not _is_done(futures, running) and time.monotonic() < deadline:
        adapters.backend.interrupt()
        end_running()
        wait(futures, timeout=INTERRUPT_PERIOD)
        running.ended(INTERRUPT_PERIOD)


def _is_done(futures: Sequence["Future[BuiltChain | None]"], running: Running) -> bool:
    return running.ended(0) and all(future.done() for future in futures)
