"""Progress for people, on stderr: sections, lines, warnings, the output of programs.

stdout belongs to data; everything here goes to the one stream it was given. Secrets that were
made known by `Log.mask` never leave this module.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

MASK = "***"
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}


class Log:
    """A thread-safe writer of progress lines.

    *clock* returns seconds (monotonic); sections print how long they took. With *quiet* only
    warnings are written, with *verbose* also details.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        clock: Callable[[], float],
        color: bool = False,
        verbose: bool = False,
        quiet: bool = False,
    ) -> None:
        """Write to *stream*; see the class for the rest."""
        self._stream = stream
        self.clock = clock
        self.color = color
        self.verbose = verbose
        self.quiet = quiet
        self._lock = threading.RLock()
        self._secrets: set[str] = set()

    def mask(self, secret: str) -> None:
        """Replace *secret* by ``***`` in everything written from now on."""
        if secret:
            with self._lock:
                self._secrets.add(secret)

    def masked(self, text: str) -> str:
        """Return *text* with every known secret replaced."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def styled(self, text: str, style: str) -> str:
        """Return *text* in *style* (``bold``, ``dim``, a colour) where colours are on."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color else text

    def info(self, text: str) -> None:
        """Write a line of ordinary progress."""
        if not self.quiet:
            self._write(text)

    def detail(self, text: str) -> None:
        """Write a line that only ``--log-verbose`` shows."""
        if self.verbose and not self.quiet:
            self._write(self.styled(text, "dim"))

    def warning(self, text: str) -> None:
        """Write a warning; it is shown even with ``--log-quiet``."""
        self._write(self.styled("warning: ", "yellow") + text)

    def program(self, origin: str, line: str) -> None:
        """Write a *line* that a program printed, with its *origin* (image/stage, pod) before it."""
        if not self.quiet:
            self._write(f"{self.styled(origin + ' |', 'blue')} {line}")

    @contextmanager
    def section(self, title: str, done: str) -> Iterator[None]:
        """Write *title*, and at the end *done* with how long what happened inside took."""
        started = self.clock()
        self.info(self.styled(title, "bold"))
        yield
        self.info(self.styled(f"{done} in {self.clock() - started:.2f} s", "dim"))

    def _write(self, text: str) -> None:
        with self._lock:
            self._stream.write(self.masked(text) + "\n")
            self._stream.flush()
