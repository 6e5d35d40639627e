"""The report of a build, which is written also where the build fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_no_daemon import commit, registry, run
from tests.fakes.registry import FakeRegistry, Fault
from werfish.cli.build_reporting import reporting
from werfish.errors import BuildError

__all__ = ["registry"]

OWNED = """---
image: other
from: {host}/library/base:1
git:
- {{add: /src, to: /other, owner: nobody-of-this-name}}
"""


def with_failing_image(registry: FakeRegistry) -> None:
    """Add an image whose git content is owned by a user that its base lacks."""
    app = Path("werf.yaml").read_text().replace(", owner: app", "")
    Path("werf.yaml").write_text(app + OWNED.format(host=registry.host))
    commit("two")


def without_times(report: dict[str, Any]) -> dict[str, Any]:
    """Return *report* as it is where everything was found."""
    for image in report["images"].values():
        for one in (image, *image["stages"]):
            one.update(rebuilt=False, seconds=0.0)
        for stage in image["stages"]:
            stage["reason"] = ""
    return report


def report_of(path: Path, code: int, *arguments: str) -> dict[str, Any]:
    assert run("build", "--report", str(path), *arguments) == code
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_failed_build_reports_what_was_built_and_why_not_more(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    with_failing_image(registry)
    arguments = ("--repo", f"{registry.host}/shop")
    assert run("build", *arguments, "app") == 0
    report = report_of(tmp_path / "r.json", 5, *arguments)
    other = report["images"]["other"]
    assert (report["status"], other["status"], other["reference"]) == ("failed", "failed", None)
    assert "nobody-of-this-name" in other["error"]
    assert "nobody-of-this-name" in report["error"]
    assert [stage["name"] for stage in other["stages"]] == ["from"]


def test_whole_images_of_a_failed_build_are_reported_as_ever(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    with_failing_image(registry)
    imported = "import: [{image: app, add: /app, to: /x, before: setup}]\n"
    config = Path("werf.yaml").read_text()
    Path("werf.yaml").write_text(config + imported.replace("setup", "install"))
    commit("three")
    arguments = ("--repo", f"{registry.host}/shop")
    whole = report_of(tmp_path / "whole.json", 0, *arguments, "app")
    failed = report_of(tmp_path / "failed.json", 5, *arguments)
    assert (whole["status"], whole["error"]) == ("succeeded", None)
    assert failed["images"]["app"] == without_times(whole)["images"]["app"]


def test_variables_name_the_whole_images_of_a_failed_build(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    with_failing_image(registry)
    path = tmp_path / "report.env"
    assert run("build", "--repo", f"{registry.host}/shop", "--report", str(path), "other") == 5
    assert path.read_text() == "WERFISH_STATUS=failed\n"


def test_images_that_share_variables_are_told(
    registry: FakeRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last one's stood there, as if they were those of both."""
    config = Path("werf.yaml").read_text()
    more = "---\nimage: {}\nfrom: {}/library/base:1\n"
    config += "".join(more.format(name, registry.host) for name in ("x-y", "x_y", "a/b", "a-b"))
    Path("werf.yaml").write_text(config)
    commit("two")
    arguments = ("build", "--repo", f"{registry.host}/shop", "--report")
    assert run(*arguments, str(tmp_path / "report.env")) == 0
    warnings = [line for line in capsys.readouterr().err.splitlines() if "warning" in line]
    assert [line.partition('.env": ')[2] for line in warnings] == [
        'images "x-y", "x_y" share WERFISH_X_Y_IMAGE and its like, which tell of the last alone',
        'images "a/b", "a-b" share WERFISH_A_B_IMAGE and its like, which tell of the last alone',
    ]
    assert run(*arguments, str(tmp_path / "report.json")) == 0
    assert "share" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("nosuch", 3, id="unknown-image"),
        pytest.param("app", 6, id="registry"),
    ],
)
def test_what_fails_before_the_first_image_is_reported(
    registry: FakeRegistry, tmp_path: Path, name: str, code: int
) -> None:
    registry.faults.append(Fault("POST", "blobs/uploads/", status=405, times=99))
    report = report_of(tmp_path / "r.json", code, "--repo", f"{registry.host}/shop", name)
    assert report["status"] == "failed"
    assert report["error"]


def test_a_report_is_not_silently_left_out_of_a_dry_run(
    registry: FakeRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    arguments = ("--repo", f"{registry.host}/shop", "--report", str(path))
    assert run("build", "--dry-run", *arguments) == 64
    assert "--report: with --dry-run nothing is built" in capsys.readouterr().err


def test_a_report_that_a_whole_pipeline_asks_for_is_not_written_by_a_dry_run(
    registry: FakeRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.json"
    monkeypatch.setenv("WERF_REPORT_PATH", str(path))
    assert run("build", "--dry-run", "--repo", f"{registry.host}/shop") != 64
    assert not path.exists()


def test_a_report_that_cannot_be_written_is_told_before_anything_is_built(
    registry: FakeRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nosuch" / "folder" / "report.json"
    path.parent.parent.write_text("a file")
    assert run("build", "--repo", f"{registry.host}/shop", "--report", str(path)) == 1
    assert "name another file with --report" in capsys.readouterr().err
    assert not registry.requests("POST")


def test_an_interrupted_build_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with pytest.raises(KeyboardInterrupt), reporting(str(path), None):
        raise KeyboardInterrupt
    assert json.loads(path.read_text())["status"] == "interrupted"


def test_a_path_that_is_no_text_does_not_hide_the_error(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    with pytest.raises(BuildError), reporting(str(path), None):
        raise BuildError('read "caf\udce9"')
    assert json.loads(path.read_text())["error"] == 'read "caf\udce9"'
