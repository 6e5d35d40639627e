"""The kernel says who is dead, however the process ended."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from werfish.containers.atomic_file import UnwritableError
from werfish.storage.leases import host_lease

HOLD = """
import sys, time
from pathlib import Path
from werfish.storage.leases import host_lease
with host_lease(Path(sys.argv[1])) as lease:
    print(lease.name, flush=True)
    time.sleep(1000)
"""


def test_the_living_are_not_dead_and_the_killed_are(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    name = holder.stdout.readline().decode().strip()
    with host_lease(tmp_path) as ours:
        assert not ours.is_dead(name)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
        assert ours.is_dead(name)
        assert not ours.is_dead(ours.name)


def test_an_ended_lease_is_dead_and_leaves_no_file(tmp_path: Path) -> None:
    with host_lease(tmp_path) as lease:
        other = lease.name
    with host_lease(tmp_path) as lease:
        assert lease.is_dead(other)
        assert [path.name for path in lease.folder.iterdir()] == [lease.name]


def test_what_was_killed_days_ago_is_forgotten(tmp_path: Path) -> None:
    for name, age in {"leases/old": 3, "leases/young": 0, "blobs/.new-1": 3, "blobs/b": 3}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        seconds = path.stat().st_mtime - age * 86_400
        os.utime(path, (seconds, seconds))
    with host_lease(tmp_path) as lease:
        assert {path.name for path in lease.folder.iterdir()} == {"young", lease.name}
        assert lease.is_dead("old")
        assert lease.is_dead("young")
    assert [path.name for path in (tmp_path / "blobs").iterdir()] == ["b"]


def test_a_home_keeps_its_id_and_shares_it_with_no_other(tmp_path: Path) -> None:
    with host_lease(tmp_path / "a") as one, host_lease(tmp_path / "a") as same:
        assert one.home == same.home
        assert one.name != same.name
    with host_lease(tmp_path / "b") as other:
        assert other.home != one.home


@pytest.mark.parametrize("broken", [b"", b"{}", b"\xff\xfe", b"0" * 33])
def test_a_broken_id_is_replaced_once(tmp_path: Path, broken: bytes) -> None:
    """It becomes part of names in the backend, so nothing else may stand there."""
    (tmp_path / "id").write_bytes(broken)
    with host_lease(tmp_path) as one, host_lease(tmp_path) as same:
        assert re.fullmatch("[0-9a-f]{32}", one.home)
        assert one.home == same.home


def test_notes_are_left_by_the_killed_only(tmp_path: Path) -> None:
    with host_lease(tmp_path) as lease:
        done, open_note = lease.note("done"), lease.note("host/app:tag")
        lease.erase(done)
        with host_lease(tmp_path) as other:
            assert list(other.left()) == []
    with host_lease(tmp_path) as after:
        assert list(after.left()) == [(open_note, "host/app:tag")]
        after.erase(open_note)
        assert list(after.left()) == []


def test_a_home_that_cannot_be_made_is_one_clear_error() -> None:
    with (
        pytest.raises(UnwritableError, match='write into "/proc/x/leases"') as caught,
        host_lease(Path("/proc/x")),
    ):
        pass
    assert "--home-dir" in caught.value.hint
