"""Names of files that are no text, or spoil a terminal, in what a build prints."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.test_no_daemon import commit, registry, run
from tests.fakes.registry import FakeRegistry

__all__ = ["registry"]

ODD = (b"\xff", b"a\nb", b"\x1b[2J")


@pytest.fixture
def repo(registry: FakeRegistry) -> str:
    """Return where a project is built whose next commit has files of odd names."""
    place = f"{registry.host}/shop"
    assert run("build", "--repo", place) == 0
    for name in ODD:
        Path("src", os.fsdecode(name)).touch()
    commit("one")
    return place


def test_a_dry_run_names_them_on_one_line(
    repo: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run("build", "--repo", repo, "--dry-run") == 0
    first, *_ = capfdbinary.readouterr().out.splitlines()
    assert first == (
        rb"app: gitLatestPatch: file src/\x1b[2J changed, file src/a\x0ab changed,"
        rb" file src/\xff changed"
    )


def test_reports_and_traces_are_text(repo: str, tmp_path: Path) -> None:
    report, trace = tmp_path / "report.json", tmp_path / "trace.json"
    assert run("build", "--repo", repo, "--report", str(report), "--trace", str(trace)) == 0
    (image,) = json.loads(report.read_text())["images"].values()
    assert [one["reason"] for one in image["stages"]][2].startswith("gitLatestPatch: ")
    assert "gitLatestPatch" in trace.read_text()
