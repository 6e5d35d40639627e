"""Interrupts, wherever they come."""

import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from werfish.cli import main as program
from werfish.cli.main import main
from werfish.errors import WerfishError
from werfish.interrupts import Terminated, interrupt_of

PROGRAM = """
import os, signal, sys, threading, time, weakref
from werfish import interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background is deaf to it
{before}
interrupts.hear()
try:
{code}
    print("did all of it")
except KeyboardInterrupt as error:
    print(type(error).__name__)
"""


def ran(code: str, before: str = "", path: Path = Path()) -> "subprocess.CompletedProcess[str]":
    """Run *code*, which interrupts itself, as a program of its own, with modules in *path*."""
    lines = "".join(f"    {line}\n" for line in code.strip().splitlines())
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(code=lines, before=before)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": f"{Path(__file__).parent.parent}:{path}"},
    )


def said(code: str, before: str = "", path: Path = Path()) -> list[str]:
    """Return the lines that `ran` prints; there must be no complaints."""
    done = ran(code, before, path)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def library(module: str, then: str = "") -> str:
    """Return code that makes ``take``, a function of *module* that is interrupted in its midst."""
    text = f"def take():\n signal.raise_signal(signal.SIGINT)\n {then or 'pass'}\n print('taken')"
    return f"scope = {{'__name__': {module!r}, 'signal': signal}}\nexec({text!r}, scope)"


class Interrupting:
    """Is interrupted while the class that has it is made."""

    def __init__(self, interrupt: type[BaseException]) -> None:
        self.interrupt = interrupt

    def __set_name__(self, owner: type, name: str) -> None:
        raise self.interrupt


def interrupted(interrupt: type[BaseException]) -> BaseException:
    """Return what comes of an interrupt while a class is made: up to Python 3.11 another error."""
    with pytest.raises((RuntimeError, interrupt)) as caught:
        type("Made", (), {"field": Interrupting(interrupt)})
    return caught.value


def after_an_interrupt() -> BaseException:
    """Return what somebody met who undid something after an interrupt."""
    try:
        try:
            raise KeyboardInterrupt
        finally:
            Path("/nowhere").unlink()
    except OSError as error:
        return error


def test_an_interrupt_that_python_hid_is_found() -> None:
    assert type(interrupt_of(interrupted(KeyboardInterrupt))) is KeyboardInterrupt
    assert isinstance(interrupt_of(interrupted(Terminated)), Terminated)
    hidden = RuntimeError("Error calling __set_name__")
    hidden.__cause__ = KeyboardInterrupt()
    assert interrupt_of(hidden) is hidden.__cause__
    outer = RuntimeError("Error calling __set_name__")
    outer.__cause__ = hidden
    assert interrupt_of(outer) is hidden.__cause__


def test_other_errors_are_none() -> None:
    other = RuntimeError("x")
    other.__cause__ = ValueError("y")
    for error in (other, RuntimeError("x"), ValueError("y"), interrupted(ValueError)):
        assert interrupt_of(error) is None


@pytest.mark.parametrize(("interrupt", "code"), [(KeyboardInterrupt, 130), (Terminated, 143)])
def test_it_ends_the_program_as_any_other(
    interrupt: type[BaseException],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(**_: object) -> None:
        hidden = RuntimeError("Error calling __set_name__")
        hidden.__cause__ = interrupt()
        raise hidden

    monkeypatch.setattr(program.root, "main", run)
    assert main(["version"]) == code
    assert capsys.readouterr().err in ("interrupted\n", "terminated\n")


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(program.root, "main", run)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["version"])


def test_sigterm_at_a_prompt_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt of click raises its own error, from none."""

    def run(**_: object) -> None:
        try:
            raise Terminated
        except KeyboardInterrupt:
            raise click.Abort from None

    monkeypatch.setattr(program.root, "main", run)
    assert main(["secret"]) == 143


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (None, "interrupted\n"),
        (KeyboardInterrupt(), "error: undo it: no\ninterrupted\n"),
        (after_an_interrupt(), "error: undo it: no\ninterrupted\n"),
    ],
    ids=["of the interrupt", "of what was undone", "of what undoing it met"],
)
def test_an_error_that_an_interrupt_brought_is_not_the_end(
    context: BaseException | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A terminal sends Ctrl-C to the programs that we wait for, too; they may be faster."""

    def run(**_: object) -> None:
        error = WerfishError("undo it: no")
        error.__context__ = context
        raise error

    monkeypatch.setattr(program.root, "main", run)
    monkeypatch.setattr(program, "heard", lambda: KeyboardInterrupt)
    assert main(["version"]) == 130
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("module", ["threading", "queue", "contextlib", "subprocess"])
def test_what_takes_locks_is_left_first(module: str) -> None:
    """The lock that is taken there would else never be given back."""
    code = "scope['take']()\ntime.sleep(60)"
    assert said(code, library(module)) == ["taken", "KeyboardInterrupt"]


def test_elsewhere_an_interrupt_comes_at_once() -> None:
    code = "scope['take']()\ntime.sleep(60)"
    assert said(code, library("werfish.other")) == ["KeyboardInterrupt"]


def test_what_waits_there_is_interrupted() -> None:
    code = """
threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM), daemon=True).start()
threading.Event().wait()
"""
    assert said(code) == ["Terminated"]


def test_what_does_not_end_there_is_interrupted_all_the_same() -> None:
    before = "interrupts.MOST_LOOKS = 3\n" + library("queue", "while True: id(1)")
    assert said("scope['take']()", before) == ["KeyboardInterrupt"]


def test_an_import_is_finished_first(tmp_path: Path) -> None:
    """Whoever imports what was interrupted there could wait for ever."""
    (tmp_path / "own.py").write_text(
        "import signal\nsignal.raise_signal(signal.SIGINT)\nprint('imported')\n"
    )
    assert said("import own\ntime.sleep(60)", path=tmp_path) == ["imported", "KeyboardInterrupt"]


def test_an_end_of_an_object_is_finished_first() -> None:
    """What is raised there, Python writes down and forgets."""
    before = """
class Ending:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        print("ended")
"""
    assert said("Ending()\ntime.sleep(60)", before) == ["ended", "KeyboardInterrupt"]


def test_an_interrupt_that_python_forgot_comes_again() -> None:
    before = """
class Watched: pass
watched = Watched()
seen = weakref.ref(watched, lambda _: signal.raise_signal(signal.SIGTERM))
"""
    assert said("del watched\ntime.sleep(60)", before) == ["Terminated"]


def test_other_errors_that_nobody_can_get_are_written() -> None:
    before = """
class Ending:
    def __del__(self):
        raise ValueError("of an end")
"""
    done = ran("Ending()", before)
    assert done.stdout == "did all of it\n"
    assert "ValueError: of an end" in done.stderr


def test_what_is_undone_for_too_long_is_cut_off() -> None:
    before = "interrupts.LONGEST_UNDOING = 0.1"
    code = """
try:
    signal.raise_signal(signal.SIGTERM)
finally:
    threading.Event().wait()
"""
    done = ran(code, before)
    assert (done.returncode, done.stdout) == (143, "")
    assert done.stderr == "error: not ended 0.1 s after the interrupt: cut off\n"


def test_who_is_deaf_stays_so() -> None:
    """A shell lets its background ignore Ctrl-C."""
    before = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    assert said("signal.raise_signal(signal.SIGINT)", before) == ["did all of it"]


@pytest.mark.parametrize(
    ("number", "word", "code"),
    [(signal.SIGINT, "interrupted", 130), (signal.SIGTERM, "terminated", 143)],
)
def test_where_there_is_nothing_to_undo_it_is_the_end(number: int, word: str, code: int) -> None:
    done = ran(f"interrupts.end_at_once()\nsignal.raise_signal({int(number)})")
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"{word}\n")
