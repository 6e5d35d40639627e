"""What the script does before and after the commands, as real shells run it."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from werfish.containers.backend import SECRETS_FOLDER, RenewedFile
from werfish.containers.script import LOADER, script_of
from werfish.containers.script_setup import restore_at_exit, restore_of, setup_of

TIME = 1_600_000_000


def run(shell: str, folder: Path, setup: str, commands: Sequence[str]) -> int:
    """Run *commands* after *setup*, with the folders of a container below *folder*."""
    (folder / "dev").mkdir()
    script = script_of(commands, setup).decode("utf-8", "surrogateescape")
    script = script.replace(SECRETS_FOLDER, str(folder)).replace("/dev/werf", f"{folder}/dev/werf")
    data = script.encode("utf-8", "surrogateescape")
    return subprocess.run([shell, "-c", LOADER], input=data, cwd=folder, check=False).returncode


@pytest.fixture(params=["bash", "sh"])
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_secrets_arrive_byte_for_byte(shell: str, tmp_path: Path) -> None:
    secrets = {"all": bytes(range(256)), "it's": b"-n %s \\\n'\"$x`\n", "none": b""}
    assert run(shell, tmp_path, setup_of(secrets, ()), ["true"]) == 0
    assert {name: (tmp_path / name).read_bytes() for name in secrets} == secrets
    assert (tmp_path / "all").stat().st_mode & 0o777 == 0o400


def renewed(folder: Path, *names: str) -> tuple[RenewedFile, ...]:
    for number, name in enumerate(names):
        (folder / name).write_text("x")
        os.utime(folder / name, (TIME + number, TIME + number))
    return tuple(RenewedFile(f"{folder}/{name}", TIME + at) for at, name in enumerate(names))


def test_files_look_changed_and_get_their_time_back(shell: str, tmp_path: Path) -> None:
    names = ("a", "it's", "new\nline", "\udcff", "changed", "gone")
    files = renewed(tmp_path, *names)
    (tmp_path / "object").write_text("")
    commands = [
        "test a -nt object && test 'new\nline' -nt object",
        "echo changed > changed; touch -t 202001010000 changed; rm gone",
        "set -u; export t=mine; false || exit 7",
    ]
    assert run(shell, tmp_path, setup_of({}, files) + restore_at_exit(files), commands) == 7
    times = [int((tmp_path / name).stat().st_mtime) for name in names[:4]]
    assert times == [TIME, TIME + 1, TIME + 2, TIME + 3]
    assert int((tmp_path / "changed").stat().st_mtime) != TIME + 4
    assert not (tmp_path / "gone").exists()


def test_many_files_are_no_trouble(shell: str, tmp_path: Path) -> None:
    files = renewed(tmp_path, *(f"file-{number}" for number in range(500)))
    assert run(shell, tmp_path, setup_of({}, files), [restore_of(files)]) == 0
    assert int((tmp_path / "file-499").stat().st_mtime) == TIME + 499


def test_there_is_nothing_to_do_mostly() -> None:
    assert setup_of({}, ()) + restore_of(()) + restore_at_exit(()) == ""
