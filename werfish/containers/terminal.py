"""The user's terminal, handed over to a program in a container for a while."""

import os
import select
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from stages.light_dataclass import dataclass

_LOOK_PERIOD = 1.0
"""Seconds between looks at the terminal's size: only the main thread could get a signal."""
_CHUNK = 1 << 16

Size = tuple[int, int]
"""Rows and columns."""


class Connection(Protocol):
    """What `join` needs of a socket."""

    def fileno(self) -> int:
        """Return the number that ``select`` takes."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Return what came, at most *size* bytes; nothing at the end."""
        ...

    def sendall(self, data: bytes, /) -> object:
        """Send all of *data*."""
        ...


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal by the file descriptors that are read and written; *kind* is its ``TERM``."""

    input: int
    output: int
    kind: str = ""

    def size(self) -> Size:
        """Return its size now."""
        size = os.get_terminal_size(self.output)
        return size.lines, size.columns


def terminal_at(input_: int, outputs: tuple[int, ...], kind: str = "") -> Terminal | None:
    """Return the terminal at *input_* and the first of *outputs* that is one, or ``None``."""
    written = [one for one in outputs if os.isatty(one)]
    return Terminal(input_, written[0], kind) if os.isatty(input_) and written else None


def join(terminal: Terminal, connection: Connection, resize: Callable[[Size], None]) -> None:
    """Pass what is typed to *connection* and show what comes, until either of them ends.

    *resize* is told the size, and each new one.
    """
    known: Size | None = None
    with _raw(terminal):
        while True:
            size = terminal.size()
            if size != known:
                resize(size)
                known = size
            both = [connection.fileno(), terminal.input]
            ready, _, _ = select.select(both, [], [], _LOOK_PERIOD)
            if both[0] in ready and not _show(connection.recv(_CHUNK), terminal):
                return
            if terminal.input in ready and not _type(terminal, connection):
                return


@contextmanager
def _raw(terminal: Terminal) -> Iterator[None]:
    """Let every key through, Ctrl-C too; afterwards the terminal is as it was."""
    before = termios.tcgetattr(terminal.input)
    tty.setraw(terminal.input, termios.TCSADRAIN)  # what was typed already counts
    try:
        yield
    finally:
        with suppress(termios.error):  # it may be gone
            termios.tcsetattr(terminal.input, termios.TCSADRAIN, before)


def _show(data: bytes, terminal: Terminal) -> bool:
    left = data
    while left:
        left = left[os.write(terminal.output, left) :]
    return bool(data)


def _type(terminal: Terminal, connection: Connection) -> bool:
    try:
        data = os.read(terminal.input, _CHUNK)
    except OSError:  # the terminal was closed
        return False
    connection.sendall(data)
    return bool(data)
