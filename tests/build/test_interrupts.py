"""What an interrupt of a build ends, and what it leaves."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stages import Instructions
from tests.build.world import APP, world_of
from tests.fakes.backend import FakeBackend
from werfish.build.progress import Progress
from werfish.build.schedule import MOST_PRESSED, build_images
from werfish.build.support import Image
from werfish.containers.backend import InstructionError, LocalImage, RunRequest
from werfish.errors import BuildError, WerfishError
from werfish.interrupts import follows_interrupt


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Interrupts are heard: a shell starts what runs in its background deaf to them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Impatient(FakeBackend):
    """Instructions run until they are ended; the user interrupts them, and once more meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.interrupts, self.ended = 0, threading.Event()

    def run(self, request: RunRequest) -> LocalImage:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert self.ended.wait(30)
        raise InstructionError(request.origin, 137, ())

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts == 1:
            raise KeyboardInterrupt
        self.ended.set()


class Stubborn(Impatient):
    """Instructions run on whatever one does, until the user has lost patience for good."""

    def interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts == MOST_PRESSED:
            self.ended.set()
        raise KeyboardInterrupt


def test_what_an_interrupt_ends_has_not_failed(tmp_path: Path) -> None:
    world, progress = world_of(Impatient(), tmp_path), Progress()
    with pytest.raises(KeyboardInterrupt):
        build_images("p", (APP,), world.adapters, workers=2, progress=progress)
    (app,) = progress.images.values()
    assert (app.error, app.chain) == (None, None)
    assert [one.stage.title for one in app.stages] == ["from"]


class Noting(Progress):
    """Progress that lets somebody wait for a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.has_failed = threading.Event()

    def fail(self, image: Image, error: WerfishError) -> None:
        super().fail(image, error)
        self.has_failed.set()


class OneFails(Impatient):
    """The instructions of one image fail, and those of the others wait for the user."""

    def __init__(self, progress: Noting) -> None:
        super().__init__()
        self.progress, self.others = progress, threading.Event()

    def run(self, request: RunRequest) -> LocalImage:
        if request.origin.startswith("bad"):
            assert self.others.wait(30)
            raise InstructionError(request.origin, 3, ())
        self.others.set()
        assert self.progress.has_failed.wait(30)
        return super().run(request)


def test_what_had_failed_by_itself_is_told(tmp_path: Path) -> None:
    """Who does not want to wait for the other images wants to know why."""
    progress = Noting()
    world = world_of(OneFails(progress), tmp_path)
    bad = replace(APP, name="bad", before_install=Instructions(("exit 3",)))
    with pytest.raises(BuildError, match="exit code 3") as caught:
        build_images("p", (bad, APP), world.adapters, workers=2, progress=progress)
    assert follows_interrupt(caught.value)


def test_a_second_interrupt_does_not_leave_instructions_running(tmp_path: Path) -> None:
    """`timeout` sends its signal twice, and so do people."""
    backend = Impatient()
    world = world_of(backend, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.ended.is_set()
    assert world.said.getvalue().count("ending what runs") == 1


def test_an_interrupt_while_a_thread_is_started_ends_what_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Impatient()
    world, submit = world_of(backend, tmp_path), ThreadPoolExecutor.submit

    def interrupted(pool: ThreadPoolExecutor, *arguments: Any) -> Any:
        submit(pool, *arguments)
        while True:  # until the interrupt of the one that runs by now
            backend.ended.wait(1)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.ended.is_set()


def test_a_thread_that_begins_after_the_interrupt_builds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, submit = world_of(FakeBackend(), tmp_path), ThreadPoolExecutor.submit
    go_on = threading.Event()

    def interrupted(pool: ThreadPoolExecutor, work: Any, *arguments: Any) -> Any:
        def late() -> Any:
            assert go_on.wait(30)
            return work(*arguments)

        submit(pool, late)
        raise KeyboardInterrupt

    def shut_down(pool: ThreadPoolExecutor, *arguments: Any, **options: Any) -> None:
        go_on.set()
        shutdown(pool, *arguments, **options)

    shutdown = ThreadPoolExecutor.shutdown
    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", shut_down)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    monkeypatch.undo()
    assert world.rebuilt()[0] == "from"


def test_who_insists_on_an_interrupt_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Stubborn()
    world = world_of(backend, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        world.build()
    assert backend.interrupts == MOST_PRESSED
