"""Folders of killed processes go; those in use stay."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from werfish.own_folder import PREFIX, own_folder

HOLD = """
import sys
from werfish.own_folder import own_folder
with own_folder() as folder:
    (folder / "secret").write_text("plain")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have temporary folders made in a place of their own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_goes_with_its_block(place: Path) -> None:
    with own_folder() as folder:
        (folder / "file").touch()
        assert folder.name.startswith(PREFIX)
        assert folder.stat().st_mode & 0o77 == 0
    assert list(place.iterdir()) == []


def test_it_may_be_elsewhere(place: Path) -> None:
    memory = place / "memory"
    memory.mkdir()
    with own_folder(memory) as folder:
        assert folder.parent == memory


def test_what_a_killed_process_left_goes_with_the_next_one(place: Path) -> None:
    command = [sys.executable, "-c", f"import tempfile; tempfile.tempdir = {str(place)!r}\n{HOLD}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        with own_folder():
            assert (left / "secret").exists()  # it is in use
        process.kill()
    assert left.exists()
    with own_folder() as folder:
        assert list(place.iterdir()) == [folder]


def test_what_is_no_folder_is_left_alone(place: Path) -> None:
    kept = place / "kept"
    kept.mkdir()
    link, file = place / f"{PREFIX}link", place / f"{PREFIX}file"
    link.symlink_to(kept)
    file.touch()
    with own_folder():
        assert kept.exists()
        assert link.is_symlink()
        assert file.exists()
