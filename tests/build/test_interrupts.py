"""What an interrupt of a build ends, and what it leaves."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.build.world import APP, world_of
from tests.fakes.backend import FakeBackend
from werfish.build.progress import Progress
from werfish.build.schedule import PATIENCE, build_images
from werfish.containers.backend import InstructionError, LocalImage, RunRequest


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
        if self.interrupts == PATIENCE:
            self.ended.set()
        raise KeyboardInterrupt


def test_what_an_interrupt_ends_has_not_failed(tmp_path: Path) -> None:
    world, progress = world_of(Impatient(), tmp_path), Progress()
    with pytest.raises(KeyboardInterrupt):
        build_images("p", (APP,), world.adapters, workers=2, progress=progress)
    (app,) = progress.images.values()
    assert (app.error, app.chain) == (None, None)
    assert [one.stage.title for one in app.stages] == ["from"]


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
    assert backend.interrupts == PATIENCE
