"""What overlay2's folder of changes says, and where it is not believed."""

import os
from pathlib import Path
from typing import Any

from werfish.containers.upper_folder import changes_in_upper_folder
from werfish.oci.layered_facts import RunLayer


def container(upper: Path, name: str = "overlay2") -> dict[str, Any]:
    return {"GraphDriver": {"Name": name, "Data": {"UpperDir": str(upper)}}}


def test_files_folders_and_links_are_touched(tmp_path: Path) -> None:
    (tmp_path / "etc/app").mkdir(parents=True)
    (tmp_path / "etc/app/one").write_text("1")
    (tmp_path / "link").symlink_to("/nowhere")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")).write_text("")
    touched = {"etc", "etc/app", "etc/app/one", "link", "caf\udce9"}
    found = changes_in_upper_folder(container(tmp_path))
    assert found == RunLayer(frozenset(touched), frozenset())


def test_other_drivers_and_folders_elsewhere_are_not_known(tmp_path: Path) -> None:
    assert changes_in_upper_folder(container(tmp_path, "fuse-overlayfs")) is None
    assert changes_in_upper_folder(container(tmp_path / "not-here")) is None
    assert changes_in_upper_folder({"GraphDriver": {"Name": "overlay2", "Data": None}}) is None
    assert changes_in_upper_folder({}) is None


def test_a_folder_that_was_made_anew_hides_what_was_in_it(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new/file").write_text("")
    os.setxattr(tmp_path / "new", "user.overlay.opaque", b"y")
    found = changes_in_upper_folder(container(tmp_path))
    assert found == RunLayer(frozenset({"new", "new/file"}), frozenset({"new"}))
    assert found.holds("new/was/here")


def test_a_moved_folder_is_left_to_the_daemon(tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    os.setxattr(tmp_path / "moved", "user.overlay.redirect", b"from")
    assert changes_in_upper_folder(container(tmp_path)) is None
