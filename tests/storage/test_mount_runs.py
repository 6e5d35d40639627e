"""What a kept folder may hold: of the last run, and of those that did not end well."""

import os
import time
from pathlib import Path

import pytest

from werfish.locks.local import FileLocks
from werfish.storage.mount_runs import Commits, MountRunRecords


@pytest.fixture
def records(tmp_path: Path) -> MountRunRecords:
    (tmp_path / "mount").mkdir()
    return records_of(tmp_path)


def records_of(tmp_path: Path, *, now: float | None = None) -> MountRunRecords:
    """Return the records as of *now*; the folder ``mount`` is our own."""
    locks = FileLocks(tmp_path / "locks")
    clock = time.time if now is None else lambda: now
    return MountRunRecords(tmp_path / "records", locks, tmp_path / "mount", clock)


def run(records: MountRunRecords, tmp_path: Path, commit: str, who: str = "app") -> list[Commits]:
    with records.run(tmp_path / "mount", who, {"": commit}) as held:
        return list(held)


def fail(records: MountRunRecords, tmp_path: Path, commit: str) -> None:
    with pytest.raises(ZeroDivisionError), records.run(tmp_path / "mount", "app", {"": commit}):
        raise ZeroDivisionError


def test_an_empty_folder_holds_nothing(records: MountRunRecords, tmp_path: Path) -> None:
    assert run(records, tmp_path, "c1") == []


def test_of_what_was_there_before_nothing_is_known(
    records: MountRunRecords, tmp_path: Path
) -> None:
    (tmp_path / "mount" / "file").touch()
    assert run(records, tmp_path, "c1") == [None]
    assert run(records, tmp_path, "c2") == [{"": "c1"}]
    assert run(records, tmp_path, "c1", who="other") == [None]


def test_a_failed_run_may_have_left_something(records: MountRunRecords, tmp_path: Path) -> None:
    run(records, tmp_path, "c1")
    fail(records, tmp_path, "c2")
    assert run(records, tmp_path, "c3") == [{"": "c1"}, {"": "c2"}]
    assert run(records, tmp_path, "c4") == [{"": "c3"}]


def test_a_run_at_the_same_time_is_not_forgotten(records: MountRunRecords, tmp_path: Path) -> None:
    run(records, tmp_path, "c1")
    with records.run(tmp_path / "mount", "app", {"": "c2"}):
        assert run(records, tmp_path, "c3") == [{"": "c1"}, {"": "c2"}]
    assert run(records, tmp_path, "c4") == [{"": "c3"}, {"": "c2"}]


def test_after_many_failures_nothing_is_known(records: MountRunRecords, tmp_path: Path) -> None:
    for number in range(20):
        fail(records, tmp_path, f"c{number}")
    assert None in run(records, tmp_path, "c20")


def test_a_broken_record_is_none(records: MountRunRecords, tmp_path: Path) -> None:
    run(records, tmp_path, "c1")
    (record,) = (tmp_path / "records").iterdir()
    record.write_text("[1]")
    assert run(records, tmp_path, "c2") == []


def test_a_clock_that_was_set_back_sets_the_files_back(
    records: MountRunRecords, tmp_path: Path
) -> None:
    """Which of them is newer stays as it was; a folder of the user's is left alone."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    made = [folder / name for folder in (tmp_path / "mount", theirs) for name in ("old", "new")]
    for folder in (tmp_path / "mount", theirs):
        with records.run(folder, "app", {"": "c1"}):
            for name in ("old", "new"):
                (folder / name).touch()
    ago = int(time.time()) - 3600
    for path in made:
        os.utime(path, (time.time(), time.time() - (60 if path.name == "old" else 0)))
    later = records_of(tmp_path, now=ago)
    for folder in (tmp_path / "mount", theirs):
        with later.run(folder, "app", {"": "c2"}) as held:
            assert held == ({"": "c1"},)
    old, new, their_old, their_new = (path.stat().st_mtime for path in made)
    assert new <= ago
    assert new - old == pytest.approx(60, abs=1)
    assert min(their_old, their_new) > ago
