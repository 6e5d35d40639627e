"""The program on a terminal, and what a person would read there."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping

from integration.conftest import PROJECT, Program
from tests.fakes.terminal import FakeTerminal


class OnTerminal:
    """The program on a pseudo-terminal that it is controlled by."""

    def __init__(self, program: Program, *arguments: str, variables: Mapping[str, str]) -> None:
        """Start it."""
        self.master, slave = pty.openpty()
        self.shown = FakeTerminal()
        self.raw = ""
        self.resize(100, 30)
        environment = {**program.environment(), "PYTHONPATH": str(PROJECT), "TERM": "xterm"}
        for name in ("CI", "NO_COLOR"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", "werfish", *arguments],
            cwd=program.folder,
            env={**environment, **variables},
            stdin=slave,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.shown.columns, self.shown.rows = columns, rows

    def until(self, pattern: str) -> str:
        """Read until what is shown matches."""
        while not re.search(pattern, "\n".join(self.shown.text), re.MULTILINE):
            assert self._read(), "\n".join(self.shown.text)
        return "\n".join(self.shown.text)

    def end(self) -> tuple[int, list[str]]:
        """Read to the end and return the exit code and what is shown then."""
        while self._read():
            pass
        os.close(self.master)
        return self.process.wait(), self.shown.text

    def _read(self) -> bool:
        try:
            text = os.read(self.master, 1 << 16).decode(errors="replace").replace("\r\n", "\n")
        except OSError:  # the other side is closed
            return False
        self.raw += text
        self.shown.feed(text)
        return bool(text)
