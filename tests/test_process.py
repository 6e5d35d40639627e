"""Programs that get our own terminal, and those that must not outlive us."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from werfish.process import ProcessError, end_running, hand_over, run

_OURS = "import sys; from werfish.process import hand_over; sys.exit(hand_over(sys.argv[1:]))"


@contextmanager
def handed_over(program: str) -> "Iterator[subprocess.Popen[str]]":
    """Start a process that hands over to a Python *program*, and wait for its first line."""
    line = [sys.executable, "-c", _OURS, sys.executable, "-c", f"import signal, sys\n{program}"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout is not None
        assert ours.stdout.readline() == "ready\n"
        yield ours


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_ends_us_ends_the_program(number: signal.Signals) -> None:
    """Or `docker run` was killed, and its container ran on."""
    program = (
        f"signal.signal({number.value}, lambda *_: sys.exit(7))\n"
        "print('ready', flush=True)\n"
        "signal.pause()"
    )
    with handed_over(program) as ours:
        ours.send_signal(number)
        assert ours.wait() == 7


def test_ctrl_c_is_the_programs() -> None:
    program = "print('ready', flush=True)\nsys.exit(signal.getsignal(2) is signal.SIG_IGN)"
    with handed_over(program) as ours:
        assert ours.wait() == 0


def test_a_program_that_was_killed_has_the_exit_code_of_a_shell() -> None:
    with handed_over("print('ready', flush=True)\nsignal.raise_signal(9)") as ours:
        assert ours.wait() == 128 + 9


def test_what_is_no_program_is_an_error_and_no_bug(tmp_path: Path) -> None:
    """As an ``$EDITOR`` that names a folder."""
    with pytest.raises(ProcessError, match="cannot be run: permission denied"):
        hand_over([str(tmp_path)])


def starting_another(fifo: Path) -> list[str]:
    """Return a program that starts another one, which writes into *fifo* and stays."""
    other = "import signal; print('here', flush=True); signal.pause()"
    line = f'{sys.executable} -c "{other}" > {fifo} 2>/dev/null & wait'
    return ["sh", "-c", line]


def test_what_runs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    """`git` would leave its helper behind, which waits for a server."""
    fifo, ended = tmp_path / "fifo", []
    os.mkfifo(fifo)

    def work() -> None:
        ended.append(run(starting_another(fifo), check=False, asks_nobody=True).code)

    thread = threading.Thread(target=work)
    thread.start()
    with fifo.open() as other:
        assert other.readline() == "here\n"
        end_running()
        assert other.read() == ""
    thread.join()
    assert ended == [-signal.SIGTERM]


def test_what_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[str] = []
    thread = threading.Thread(target=lambda: read.append(fifo.read_text()))
    thread.start()
    with pytest.raises(ProcessError, match="not finished after 1 s"):
        run(starting_another(fifo), timeout=1, asks_nobody=True)
    thread.join()
    assert read == ["here\n"]
