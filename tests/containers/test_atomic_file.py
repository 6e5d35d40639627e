"""Files that are whole or not there, and folders that take none."""

import errno
from pathlib import Path

import pytest

from werfish.containers.atomic_file import UnwritableError, unfinished, write_whole, writing


def test_what_is_not_renamed_is_removed(tmp_path: Path) -> None:
    with unfinished(tmp_path / "new") as (file, _):
        file.write(b"1")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableError, match="not a directory") as raised:
        write_whole(tmp_path / "file" / "below" / "x", b"1")
    assert raised.value.folder == tmp_path / "file" / "below"


def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    with (
        pytest.raises(UnwritableError, match="no space left on device") as raised,
        unfinished(tmp_path),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "--home-dir" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_errors_of_something_else_pass(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError), writing(tmp_path):
        raise ConnectionResetError(errno.ECONNRESET, "reset")
