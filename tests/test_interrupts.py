"""Interrupts, wherever they come."""

import click
import pytest

from werfish.cli import main as program
from werfish.cli.main import Terminated, main
from werfish.interrupts import interrupt_of


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
