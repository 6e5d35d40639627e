"""A gigabyte passes through the client without being held by it."""

import subprocess
import sys
from pathlib import Path

from integration.registries import free_port, running_registry


def test_gigabyte_takes_less_than_150_megabytes_of_memory(tmp_path: Path) -> None:
    port = free_port()
    with running_registry(tmp_path, port):
        arguments = [f"127.0.0.1:{port}", "8", str(128 << 20)]
        done = subprocess.run(
            [sys.executable, "-m", "integration.moving", *arguments],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
    assert int(done.stdout) < 150_000_000
