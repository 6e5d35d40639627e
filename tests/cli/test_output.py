"""Files that the user names: replaced whole, and nothing of the system's in their place."""

import os
from pathlib import Path

import pytest

from werfish.cli import output
from werfish.errors import WerfishError


def test_a_file_is_replaced(tmp_path: Path) -> None:
    for text in ("longer", "text"):
        output.file(str(tmp_path / "file"), text)
    assert (tmp_path / "file").read_text() == "text"


def test_a_device_is_written_into(tmp_path: Path) -> None:
    """Such as ``/dev/stdout``, a link to one, which root could replace for everybody."""
    link = tmp_path / "stdout"
    link.symlink_to("/dev/null")
    output.file(str(link), "text")
    assert link.readlink() == Path("/dev/null")


def test_a_pipe_is_written_into() -> None:
    """As ``/dev/stdout`` is one, and what a shell makes of ``>(program)``."""
    reading, writing = os.pipe()
    output.file(f"/dev/fd/{writing}", "text")
    os.close(writing)
    with os.fdopen(reading) as end:
        assert end.read() == "text"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    output.file(str(tmp_path / "link"), "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "text"


def test_reports_are_readable_as_far_as_the_umask_says(tmp_path: Path) -> None:
    """A CI system may collect them as another user; other files may hold secrets."""
    path, before = tmp_path / "report", os.umask(0o027)
    try:
        output.report(str(path), "text")
        assert path.stat().st_mode & 0o777 == 0o640
        path.chmod(0o600)
        output.report(str(path), "more")
        output.file(str(tmp_path / "file"), "secret")
    finally:
        os.umask(before)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("more", 0o600)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_a_report_goes_into_a_device() -> None:
    output.report("/dev/null", "text")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WerfishError, match="directory"):
        output.file(str(tmp_path), "text")


def test_a_row_of_a_table_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([["N", "WHY", "X"], ["1", "it failed:\n  line\n  line", "a"], ["2", "fine", "b"]])
    assert capsys.readouterr().out == "N  WHY           X\n1  it failed: …  a\n2  fine          b\n"
