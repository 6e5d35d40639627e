"""Files are whole or not there, and what killed writers left goes away."""

import os
from pathlib import Path

import pytest

from werfish.containers.atomic_file import sweep_unfinished, unfinished, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [*path.parent.iterdir()] == [path]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"old")
    with pytest.raises(TypeError), unfinished(tmp_path) as (file, _):
        file.writelines([b"half", 1])  # type: ignore[list-item]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_only_old_unfinished_files_are_swept(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    names = ["sub/.new-old", "sub/.new-young", "old"]
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 1000 if "young" in name else 10))
    sweep_unfinished(tmp_path, before=500)
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()) == [
        "old",
        "sub/.new-young",
    ]
