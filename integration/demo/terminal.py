"""What the reader sees: headings, the commands as they are typed, their output, the times."""

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from integration.demo.errors import DemoError


@dataclass(slots=True)
class Terminal:
    """Prints, runs commands in *folder*, and keeps the time of each step."""

    folder: Path
    times: list[tuple[str, float]] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Begin a chapter."""
        bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
        print(f"\n{bold}{len(self.times) + 1}. {text}{plain}", flush=True)

    def say(self, text: str) -> None:
        """Print one line of narration."""
        print(f"   {text}", flush=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Print *title* as a heading and keep how long the step takes."""
        self.heading(title)
        started = time.monotonic()
        yield
        self.times.append((title, time.monotonic() - started))

    def run(self, *command: str) -> str:
        """Show *command*, run it with its output shown, and return that output."""
        print(f"   $ {shlex.join(command)}", flush=True)
        lines = []
        with subprocess.Popen(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            try:
                for line in process.stdout or ():
                    print(f"     {line}", end="", flush=True)
                    lines.append(line)
            except BaseException:
                process.terminate()
                process.wait()  # it cleans up first; Popen itself waits only a moment
                raise
        if process.returncode:
            raise DemoError(f'"{shlex.join(command)}" ended with exit code {process.returncode}')
        return "".join(lines)

    def table(self) -> None:
        """Print how long each step took."""
        width = max(len(title) for title, _ in self.times)
        print()
        for title, seconds in self.times:
            print(f"   {title:<{width}}  {seconds:6.1f} s")
        print(f"   {'together':<{width}}  {sum(seconds for _, seconds in self.times):6.1f} s")
