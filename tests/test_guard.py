"""A program and its folder do not outlive who wanted them."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from werfish.process import Guarded, ProcessError

STAYS = "sleep 1000 & setsid sleep 1000 & trap '' TERM; echo $$; wait"


def guarded(folder: Path, line: str) -> Guarded:
    return Guarded(["sh", "-c", line], folder, dict(os.environ))


def is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def processes_in(folder: Path) -> list[str]:
    """Return the processes that hold *folder* as their working directory."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink().is_relative_to(folder):
                found.append(link.parent.name)
    return found


def test_its_output_and_its_code(tmp_path: Path) -> None:
    one = guarded(tmp_path / "f", f"echo out; ls {tmp_path}; echo err >&2; exit 3")
    assert [*one.lines()] == [b"out\n", b"f\n", b"err\n"]
    assert one.close() == 3
    assert not (tmp_path / "f").exists()


def test_one_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    one = guarded(tmp_path / "f", f"touch {tmp_path}/ran")
    (tmp_path / "f" / "file").write_text("")
    one.close()
    assert [*tmp_path.iterdir()] == []


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    line = "setsid sh -c 'echo $$; echo > p; exec sleep 1000'"
    one = guarded(tmp_path / "f", f"cd {tmp_path}; mkfifo p; {line} & read said < p")
    (sleeper,) = one.lines()
    assert one.close() == 0
    assert not is_alive(int(sleeper))


def test_it_ends_on_demand_although_it_does_not_want_to(tmp_path: Path) -> None:
    one = guarded(tmp_path / "f", f"cd {tmp_path}; {STAYS}")
    lines = one.lines()
    shell = int(next(lines))
    assert one.close() == 128 + signal.SIGKILL
    assert not is_alive(shell)
    assert processes_in(tmp_path) == []


def test_it_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    starter = (
        "import os, pathlib, sys; from werfish.process import Guarded;"
        f"one = Guarded(['sh', '-c', 'cd {tmp_path}; echo $$; exec sleep 1000'],"
        f" pathlib.Path('{tmp_path}/f'), dict(os.environ));"
        "print(next(one.lines()).decode(), flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    subprocess.run(  # until the guard has removed its folder
        ["sh", "-c", f"while [ -e {tmp_path}/f ]; do sleep 0.02; done"], timeout=20, check=True
    )
    assert processes_in(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="cannot be made"):
        guarded(tmp_path / "none" / "f", "true")
