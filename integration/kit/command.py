"""Run a program to its end, turning a failure into a :class:`KitError`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from integration.kit.errors import TAIL_LINES, KitError
from integration.kit.progress import say

REMIND_SECONDS = 30


def run(
    argv: Sequence[str],
    *,
    doing: str,
    hint: str = "",
    stdin: str | None = None,
    timeout: float | None = None,
) -> str:
    """Run *argv* and return what it wrote to stdout; a failure quotes its stderr."""
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False
        )
    except FileNotFoundError as error:
        raise KitError(doing, f'"{argv[0]}" is not installed', hint=hint) from error
    except subprocess.TimeoutExpired as error:
        raise KitError(doing, f'"{argv[0]}" took more than {timeout} s', hint=hint) from error
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-TAIL_LINES:]
        said = "\n  | ".join([f'"{argv[0]}" ended with code {done.returncode}', *words])
        raise KitError(doing, said, hint=hint)
    return done.stdout


def succeeds(argv: Sequence[str], *, timeout: float = 20) -> bool:
    """Tell whether *argv* runs and ends with code 0, ignoring what it says."""
    try:
        done = subprocess.run(argv, capture_output=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def run_long(
    argv: Sequence[str],
    *,
    part: str,
    doing: str,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    hint: str = "",
) -> None:
    """Run *argv* with its output in *log*, reminding the reader that it still runs."""
    begin = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except FileNotFoundError as error:
            raise KitError(
                f"{part}: {doing}", f'"{argv[0]}" is not installed', hint=hint
            ) from error
        with process:
            while not _is_done(process):
                say(part, f"{doing}, {time.monotonic() - begin:.0f} s so far")
    if process.returncode:
        code = process.returncode
        raise KitError(
            f"{part}: {doing}", f'"{argv[0]}" ended with code {code}', hint=hint, log=log
        )


def _is_done(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=REMIND_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
