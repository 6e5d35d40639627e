"""A terminal joined with a connection: a pseudo terminal and a pair of sockets."""

import os
import pty
import socket
import termios
import threading
from collections.abc import Iterator

import pytest

from werfish.containers.terminal import Size, Terminal, join, terminal_at


@pytest.fixture
def user() -> Iterator[tuple[int, Terminal]]:
    """Return what the user types into and reads from, and the terminal."""
    master, slave = pty.openpty()
    yield master, Terminal(slave, slave, "vt100")
    os.close(master)
    os.close(slave)


def test_what_is_typed_arrives_and_what_comes_is_shown(user: tuple[int, Terminal]) -> None:
    master, terminal = user
    before = termios.tcgetattr(terminal.input)
    ours, theirs = socket.socketpair()
    sizes: list[Size] = []

    def answer() -> None:
        typed = theirs.recv(3)
        theirs.sendall(b"<" + typed + b">")
        theirs.close()

    thread = threading.Thread(target=answer)
    thread.start()

    def begin(size: Size) -> None:
        """Type when the terminal is ready: before, Ctrl-C is the terminal's own."""
        sizes.append(size)
        os.write(master, b"\x03ab")

    with ours:
        join(terminal, ours, begin)
    thread.join()
    assert os.read(master, 100).endswith(b"<\x03ab>")
    assert sizes == [terminal.size()]
    assert termios.tcgetattr(terminal.input) == before


def test_a_pipe_is_no_terminal(user: tuple[int, Terminal]) -> None:
    _, terminal = user
    reading, writing = os.pipe()
    try:
        assert terminal_at(reading, (terminal.output,)) is None
        assert terminal_at(terminal.input, (writing,)) is None
        found = terminal_at(terminal.input, (writing, terminal.output), "xterm")
        assert found == Terminal(terminal.input, terminal.output, "xterm")
    finally:
        os.close(reading)
        os.close(writing)
