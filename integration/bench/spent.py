"""What a program costs: the time on the clock, that of the processor, and its peak of memory."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run took: *seconds*, *processor* seconds with its children's, *peak* in MB."""

    seconds: float
    processor: float
    peak: float
    output: str


def spend(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Spent:
    """Run *command* and return what it took; a failure ends the benchmark with what it said."""
    own = {**os.environ, **(environment or {})}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=said, stderr=said)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait()  # it cleans up first
            raise
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    if process.returncode:
        raise SystemExit(f"bench: {' '.join(command)}\n{output}")
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, output)
