"""Run programs: the only place of our own code that starts one.

Arguments are lists, never a shell's line; secrets are not passed as arguments. A program that
cannot be started or fails is a `ProcessError`; its caller turns that into an error of its family.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from stages.light_dataclass import dataclass
from werfish.errors import WerfishError
from werfish.guard import READY

TAIL_LINES = 20
_GRACE = 2.0
"""Seconds that a program has to take its unfinished files away."""
_KILLED = 128
"""What a shell adds to the number of the signal that ended a program."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a finished program left: its exit code and both outputs, whole."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Stdout as text; bytes that are not UTF-8 are replaced."""
        return self.stdout.decode(errors="replace")


class ProcessError(WerfishError):
    """A program is missing, did not finish in time, or ended with an error.

    ``code`` is the exit code, or ``None`` where the program never ran or was stopped.
    """

    def __init__(
        self, program: str, problem: str, *, code: int | None = None, tail: str = ""
    ) -> None:
        """Say that *program* had *problem*; *tail* holds the last lines of its stderr."""
        super().__init__(f'run "{program}": {problem}' + (f"\n{tail}" if tail else ""))
        self.program = program
        self.problem = problem
        self.code = code
        self.tail = tail


def run(
    arguments: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    stdin: bytes = b"",
    timeout: float | None = None,
    check: bool = True,
    asks_nobody: bool = False,
) -> Completed:
    """Run *arguments* to its end and return its outputs.

    *env* is added to our own environment, *without* the variables so called; *timeout* is in
    seconds. With *check*, an exit code other than 0 is a `ProcessError`; a program that is not
    there always is. One that *asks_nobody* at the terminal ends with the programs that it started
    when its time is over, or `end_running` is called.
    """
    program = arguments[0]
    try:
        child = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=_environment(env, without),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0 if asks_nobody else None,
        )
        done = _finished(child, stdin, timeout, is_group=asks_nobody)
    except FileNotFoundError as error:
        raise ProcessError(program, "not found") from error
    except PermissionError as error:
        raise ProcessError(program, "not executable") from error
    except OSError as error:
        if error.filename is None:  # it runs: waiting for it failed
            raise
        raise ProcessError(program, f"cannot be run: {str(error.strerror).lower()}") from error
    except subprocess.TimeoutExpired as error:
        raise ProcessError(program, f"not finished after {timeout:g} s") from error
    if check and done.code != 0:
        tail = last_lines(done.stderr.decode(errors="replace"))
        problem = ending_of(done.code).removeprefix("with ")
        raise ProcessError(program, problem, code=done.code, tail=tail)
    return done


_running: set["subprocess.Popen[bytes]"] = set()
"""Those that lead a group of processes."""


def end_running() -> None:
    """Ask programs that ask nobody to end, with all that they started: nobody waits for them."""
    for child in tuple(_running):
        _signal_group(child, signal.SIGTERM)


def _finished(
    child: "subprocess.Popen[bytes]", stdin: bytes, timeout: float | None, *, is_group: bool
) -> Completed:
    with child:
        if is_group:
            _running.add(child)
        try:
            stdout, stderr = child.communicate(stdin, timeout)
        except BaseException:
            if is_group:
                _end_group(child)
            child.kill()
            raise
        finally:
            _running.discard(child)
    return Completed(child.returncode, stdout, stderr)


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    _signal_group(child, signal.SIGTERM)
    try:
        child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)


def _signal_group(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def ending_of(code: int) -> str:
    """Say how a program ended whose exit code is *code*, which is negative where a signal did it.

    >>> ending_of(3), ending_of(-2)
    ('with exit code 3', 'by SIGINT')
    """
    if code >= 0:
        return f"with exit code {code}"
    known = -code in set(signal.Signals)
    return f"by {signal.Signals(-code).name}" if known else f"by signal {-code}"


def _environment(
    added: Mapping[str, str] | None, without: Collection[str]
) -> Mapping[str, str] | None:
    if added is None and not without:
        return None
    left = {name: text for name, text in os.environ.items() if name not in without}
    return {**left, **(added or {})}


def start(
    arguments: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start *arguments* with pipes for stdin and stdout, for a dialogue such as a batch of git's.

    The caller ends it: close stdin, read stdout to its end, ``wait``.
    """
    try:
        return subprocess.Popen(
            arguments,
            cwd=cwd,
            env=None if env is None else {**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise ProcessError(arguments[0], "not found") from error


def hand_over(arguments: Sequence[str]) -> int:
    """Run *arguments* with our own terminal, input and outputs, and return the exit code.

    Meanwhile Ctrl-C, which a terminal sends to both, is the program's; what would end us is passed
    on, and we end with the program.
    """
    children: list[subprocess.Popen[bytes]] = []
    came: list[int] = []

    def pass_on(number: int, _: object) -> None:
        came.append(number)
        for child in children:
            child.send_signal(number)

    # A signal that is ignored, and not only handled, would be so in the program too.
    handlers = {signal.SIGINT: lambda *_: None, signal.SIGTERM: pass_on, signal.SIGHUP: pass_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        children.append(subprocess.Popen(arguments))
        for number in came:
            children[0].send_signal(number)
        code = children[0].wait()
    except FileNotFoundError as error:
        raise ProcessError(arguments[0], "not found") from error
    except OSError as error:
        raise ProcessError(arguments[0], f"cannot be run: {str(error.strerror).lower()}") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else _KILLED - code


class Guarded:
    """A program with a private folder: both are gone when this is closed, or this process dies.

    *folder* is there before the program runs, so that its files can be put into it.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        """Let the guard make *folder*; *env* is the program's whole environment."""
        guard = str(Path(__file__).with_name("guard.py"))
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-I", guard, str(folder), *arguments],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what a terminal sends is for us to pass on
        )
        self._guard = threading.Lock()
        self._input = cast("IO[bytes]", self._process.stdin)
        self._output = cast("IO[bytes]", self._process.stdout)
        if self._output.readline() != READY:
            self.close()
            raise ProcessError(arguments[0], f'its folder "{folder}" cannot be made')

    def lines(self) -> Iterator[bytes]:
        """Start the program and yield the lines of both its outputs, to the end."""
        with self._guard, suppress(OSError):
            if not self._input.closed:
                self._input.write(b"\n")
                self._input.flush()
        yield from self._output

    def end(self) -> None:
        """Ask the program to end; from any thread, and more than once if need be."""
        with self._guard, suppress(OSError):
            self._input.close()

    def close(self) -> int:
        """End the program and return its exit code, when its processes and folder are gone."""
        self.end()
        code = self._process.wait()
        self._output.close()
        return code


def last_lines(text: str, count: int = TAIL_LINES) -> str:
    """Return the last *count* lines of *text*, without its trailing newline."""
    return "\n".join(text.rstrip("\n").splitlines()[-count:])
