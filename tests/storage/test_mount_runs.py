"""What a kept folder may hold: of the last run, and of those that did not end well."""

from pathlib import Path

import pytest

from werfish.locks.local import FileLocks
from werfish.storage.mount_runs import Commits, MountRunRecords


@pytest.fixture
def records(tmp_path: Path) -> MountRunRecords:
    (tmp_path / "mount").mkdir()
    return MountRunRecords(tmp_path / "records", FileLocks(tmp_path / "locks"))


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
