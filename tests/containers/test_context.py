"""Contexts as archives and folders: the same files, modes and times, whoever reads them."""

import io
import tarfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from stages.sources import FILE
from tests.containers.dockerfiles import TIME, context_of
from werfish.containers.context import (
    BuildContext,
    ContextChangedError,
    ContextEntry,
    archive,
    write_folder,
)

FILES = {"a": "1", "d/e/run": "#!x", "d/link": "-> ../a", "d/é\udce9": "odd", "empty": ""}


def unpacked(context: BuildContext, added: dict[str, bytes]) -> dict[str, tuple[str, int, str]]:
    data = io.BytesIO(b"".join(archive(context, added)))
    with tarfile.open(fileobj=data) as opened:
        found = {}
        for member in opened:
            assert (member.mtime, member.uid, member.gid) == (TIME, 0, 0)
            file = opened.extractfile(member) if member.isfile() else None
            content = file.read().decode() if file else member.linkname
            found[member.name] = (str(member.type), member.mode, content)
        return found


def test_an_archive_has_folders_files_and_links() -> None:
    assert unpacked(context_of(FILES), {}) == {
        "a": ("b'0'", 0o644, "1"),
        "d": ("b'5'", 0o755, ""),
        "d/e": ("b'5'", 0o755, ""),
        "d/e/run": ("b'0'", 0o755, "#!x"),
        "d/link": ("b'2'", 0o777, "../a"),
        "d/é\udce9": ("b'0'", 0o644, "odd"),
        "empty": ("b'0'", 0o644, ""),
    }


def test_added_files_win() -> None:
    found = unpacked(context_of(FILES), {"a": b"other", "new": b"n"})
    assert (found["a"][2], found["new"][2]) == ("other", "n")


def test_an_archive_does_not_depend_on_when_it_is_made() -> None:
    assert list(archive(context_of(FILES), {})) == list(archive(context_of(FILES), {}))


def test_a_folder_has_the_same(tmp_path: Path) -> None:
    write_folder(context_of(FILES), tmp_path)
    assert (tmp_path / "d/e/run").read_text() == "#!x"
    assert (tmp_path / "d/e/run").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "d/link").readlink() == Path("../a")
    for path in ("a", "d", "d/e", "d/link", "d/é\udce9"):
        assert (tmp_path / path).lstat().st_mtime == TIME


def test_a_file_of_the_work_tree_must_be_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "made"
    path.write_text("made")
    entry = ContextEntry("made", FILE, 4, path, sha256(b"made").hexdigest())
    context = replace(context_of({}), entries=(entry,))
    assert unpacked(context, {})["made"][2] == "made"
    for text in ("much longer", "same", "m"):
        path.write_text(text)
        with pytest.raises(ContextChangedError, match="made"):
            list(archive(context, {}))
