"""What reaches the stream: masked, printable, from many threads, and as tasks."""

import io
import threading
from itertools import pairwise

import pytest

from werfish.log import Log
from werfish.screens.events import Outcome, Row, RowState
from werfish.screens.folding import GITHUB
from werfish.screens.grouped import GroupedScreen
from werfish.screens.live import LiveScreen


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_secrets_are_masked_also_where_control_characters_split_them(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0)
    log.mask("s3cret")
    log.program("app/setup", "the s3cret, s3\x1b[1mcret")
    assert stream.getvalue() == "app/setup | the ***, ***\n"


def test_quiet_shows_warnings_only(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0, quiet=True)
    with log.tasks(["app"]), log.task("app"), log.step("setup", "app: building setup"):
        log.info("a")
        log.warning("b")
    assert stream.getvalue() == "warning: b\n"


def test_a_step_says_how_it_ended(stream: io.StringIO) -> None:
    log = Log(stream, clock=iter(range(100)).__next__)
    with log.tasks(["app"]), log.task("app"):
        with log.step("install", "app: building install"):
            log.info("inside")
        with pytest.raises(ValueError, match="no"), log.step("setup", "app: building setup"):
            raise ValueError("no")
    assert [line.rpartition(" in ")[0] or line.rpartition(", ")[0] or line
            for line in stream.getvalue().splitlines()] == [
        "app: building install", "inside", "app: built install",
        "app: building setup", "app: setup was not built",
    ]  # fmt: skip


def test_threads_write_into_blocks_of_their_own(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0, screen=GroupedScreen())
    together = threading.Barrier(3)

    def work(title: str) -> None:
        with log.task(title), log.step("setup", f"{title}: building setup"):
            together.wait(10)
            for number in range(50):
                log.program(f"{title}/setup", str(number))
        log.finished(Outcome.DONE, "done")

    titles = ["a", "b", "c"]
    with log.tasks(titles):
        threads = [threading.Thread(target=work, args=(title,)) for title in titles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    said = [line[0] for line in stream.getvalue().splitlines() if " | " in line]
    assert sum(one != other for one, other in pairwise(said)) == 2


def test_the_thread_of_a_screen_ends_with_the_tasks(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0, screen=GroupedScreen())

    def interrupted() -> None:
        with log.tasks(["app"]):
            assert "screen" in [thread.name for thread in threading.enumerate()]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "screen" not in [thread.name for thread in threading.enumerate()]


def test_a_section_that_fails_is_closed(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0, screen=GroupedScreen(GITHUB))
    with pytest.raises(ValueError, match="no"), log.section("Waiting", "Ready"):
        raise ValueError("no")
    assert stream.getvalue() == "::group::Waiting\n::endgroup::\n"


def test_a_tree_masks_secrets_and_leaves_nothing(stream: io.StringIO) -> None:
    log = Log(stream, clock=iter(range(100)).__next__, screen=LiveScreen(color=False))
    log.mask("s3cret")
    with log.tree("shop"):
        log.branch("web", (Row("web", RowState.WAITING, "waiting", reason="no s3cret\x1b[2J"),))
    assert "no ***" in stream.getvalue()
    assert "s3cret" not in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[?2026l")


def test_where_there_are_no_trees_none_is_begun(stream: io.StringIO) -> None:
    log = Log(stream, clock=lambda: 0.0, screen=GroupedScreen())
    assert not log.is_live
    with log.tree("shop"):
        log.summed("done", (Row("web", RowState.READY, "ready"),))
    assert stream.getvalue() == "done\nweb  ready\n"
