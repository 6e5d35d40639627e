"""While another program has the terminal, nothing of ours is written to it."""

import threading
from io import StringIO

import pytest

from werfish.log import Log
from werfish.screens.events import Moment
from werfish.screens.grouped import GroupedScreen
from werfish.screens.live import LiveScreen
from werfish.screens.plain import PlainScreen
from werfish.screens.printer import Screen


@pytest.mark.parametrize(
    "screen",
    [PlainScreen(), GroupedScreen(), LiveScreen(color=False)],
    ids=["plain", "grouped", "live"],
)
def test_others_wait_while_the_log_is_paused(screen: Screen) -> None:
    stream = StringIO()
    log = Log(stream, clock=lambda: 0.0, screen=screen, now=lambda: Moment(0.0))
    with log.tasks(["app", "web"]), log.task("app"), log.step("setup", "building"):
        with log.paused("a shell"):
            before = stream.getvalue()
            assert "a shell\n" in before.replace("\x1b[K", "")
            other = threading.Thread(target=log.warning, args=("of another thread",))
            other.start()
            assert stream.getvalue() == before
        other.join()
    assert "of another thread" in stream.getvalue()
