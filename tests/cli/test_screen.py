"""Which screen and which colours, and a tree on a real pseudo-terminal."""

import fcntl
import os
import pty
import re
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from tests.fakes.terminal import FakeTerminal
from werfish.cli.screen import Kind, folding_for, is_colored, kind_for, log_on
from werfish.screens.folding import GITHUB, GITLAB, NO_FOLDING

XTERM = {"TERM": "xterm"}


@pytest.mark.parametrize(
    ("environment", "is_terminal", "kind"),
    [
        pytest.param(XTERM, True, Kind.LIVE, id="terminal"),
        pytest.param(XTERM, False, Kind.GROUPED, id="pipe"),
        pytest.param({"TERM": "dumb"}, True, Kind.PLAIN, id="dumb"),
        pytest.param({}, True, Kind.PLAIN, id="unknown-terminal"),
        pytest.param({**XTERM, "CI": "true"}, True, Kind.GROUPED, id="ci-with-a-terminal"),
    ],
)
def test_the_screen_suits_the_stream(
    environment: dict[str, str], is_terminal: bool, kind: Kind
) -> None:
    assert kind_for(environment, is_terminal=is_terminal) is kind


@pytest.mark.parametrize(
    ("mode", "environment", "is_terminal", "colored"),
    [
        ("auto", XTERM, True, True),
        ("auto", XTERM, False, False),
        ("auto", {**XTERM, "NO_COLOR": "1"}, True, False),
        ("auto", {**XTERM, "NO_COLOR": ""}, True, True),
        ("on", {"NO_COLOR": "1"}, False, True),
        ("off", XTERM, True, False),
    ],
)
def test_colours_follow_the_mode_then_the_terminal(
    mode: str, environment: dict[str, str], is_terminal: bool, colored: bool
) -> None:
    assert is_colored(mode, environment, is_terminal=is_terminal) is colored


def test_ci_systems_are_known_by_their_variable() -> None:
    assert folding_for({"GITLAB_CI": "true"}) is GITLAB
    assert folding_for({"GITHUB_ACTIONS": "true"}) is GITHUB
    assert folding_for({"CI": "true"}) is NO_FOLDING


class Pty:
    """A pseudo-terminal: what is written to *stream* is shown by *shown*."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        self.stream: TextIO = os.fdopen(slave, "w")
        self.shown = FakeTerminal()
        self.raw = ""
        self.resize(60, 20)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown.columns, self.shown.rows = columns, rows

    def until(self, words: str) -> list[str]:
        """Read until *words* are seen."""
        while not any(words in line for line in self.shown.text):
            text = os.read(self.master, 1 << 16).decode().replace("\r\n", "\n")
            self.raw += text
            self.shown.feed(text)
        return self.shown.text


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pty]:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("CI", "NO_COLOR", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    opened = Pty()
    yield opened
    opened.stream.close()
    os.close(opened.master)


def test_a_tree_is_drawn_and_follows_the_size(terminal: Pty) -> None:
    log = log_on(terminal.stream, "auto", verbose=False, quiet=False)
    with log.tasks(["app"]), log.task("app"), log.step("setup", "app: building", count=3):
        terminal.until("app  setup, 1 of 3, 0 s")
        log.program("app/setup", "x" * 50)
        assert terminal.until("xxxx...")[-1] == "app  setup, 1 of 3, 0 s | " + "x" * 30 + "..."
        terminal.resize(90, 20)
        log.program("app/setup", "y" * 50)
        assert terminal.until("s | yyyy")[-1] == "app  setup, 1 of 3, 0 s | " + "y" * 50
    log.info("the end")
    assert not any("1 of 3" in line for line in terminal.until("the end"))
    assert "\x1b[1mapp" in terminal.raw


def test_without_colours_there_are_none(terminal: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    log = log_on(terminal.stream, "auto", verbose=False, quiet=False)
    with log.tasks(["app"]), log.task("app"), log.step("setup", "app: building", count=3):
        log.program("app/setup", "\x1b[31mred")
        terminal.until("s | red")
    assert not re.search(r"\x1b\[[0-9;]*m", terminal.raw)


def test_an_interrupt_leaves_the_terminal_as_it_was(terminal: Pty) -> None:
    log = log_on(terminal.stream, "auto", verbose=False, quiet=False)
    with pytest.raises(KeyboardInterrupt), log.tasks(["app", "web"]):  # noqa: PT012 - what is shown meanwhile counts
        terminal.until("2 running of 2")
        raise KeyboardInterrupt
    log.info("interrupted")
    assert terminal.until("interrupted") == ["interrupted"]
    assert terminal.shown.is_cursor_shown
    assert terminal.shown.is_wrapping
