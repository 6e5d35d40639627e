"""Private folders go, also after a process that could not remove them."""

from pathlib import Path

import pytest

from werfish.containers.private_folder import private_folder, sweep_folders
from werfish.storage.leases import host_lease


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))


def test_a_folder_is_private_and_goes(tmp_path: Path) -> None:
    with host_lease(tmp_path / "home") as lease:
        with private_folder(lease) as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
            assert folder.parent == tmp_path / "tmp"
        assert not folder.exists()
        assert list((tmp_path / "home" / "notes").iterdir()) == []


def test_the_folder_of_the_killed_goes_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "tmp" / "of-somebody"
    kept.mkdir()
    left = tmp_path / "tmp" / "werfish-run-left"
    left.mkdir()
    with host_lease(tmp_path / "home") as killed:
        notes = [killed.note(str(kept)), killed.note(str(left)), killed.note("host/image:tag")]
        with host_lease(tmp_path / "home") as other:
            sweep_folders(other)
        assert left.exists(), "its process lives"
    with host_lease(tmp_path / "home") as other:
        sweep_folders(other)
    assert (kept.exists(), left.exists()) == (True, False)
    assert [note.exists() for note in notes] == [True, False, True]
