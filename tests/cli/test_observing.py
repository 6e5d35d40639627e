"""Report files and streams of a command: written whatever happens, never by halves."""

import io
import json
from pathlib import Path

import pytest

from werfish.cli.deploy import command as deploy
from werfish.cli.flags import ObservingFlags, taken
from werfish.cli.observing import check_reports, observed
from werfish.errors import DeployError, WerfishError
from werfish.kube.resource import Gvk, ResourceId
from werfish.log import Log
from werfish.track.events import Observer, Written

CONFIG = ResourceId(Gvk("", "v1", "ConfigMap"), "prod", "config")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def run(flags: ObservingFlags, stream: io.StringIO, *, error: BaseException | None = None) -> None:
    log = Log(stream, clock=lambda: 0.0)
    log.mask("s3cret")
    with observed(flags, "deploy", "shop", "prod", log) as heard:
        written(heard)
        if error is not None:
            raise error


def written(heard: Observer) -> None:
    heard.note(Written(CONFIG, "create"))


def flags_for(*paths: Path, form: str | None = None, output: str = "text") -> ObservingFlags:
    return ObservingFlags(tuple(map(str, paths)), form, form=output)


def test_several_reports_each_in_its_form(tmp_path: Path, stream: io.StringIO) -> None:
    one, other = tmp_path / "new" / "r.json", tmp_path / "r.xml"
    run(flags_for(one, other), stream)
    assert json.loads(one.read_text())["status"] == "succeeded"
    assert other.read_text().startswith("<?xml")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["new", "r.json", "r.xml"]
    assert "ConfigMap/config  ready  created" in stream.getvalue()


def test_the_form_may_be_said(tmp_path: Path, stream: io.StringIO) -> None:
    run(flags_for(tmp_path / "r", form="junit"), stream)
    assert (tmp_path / "r").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeployError("no: s3cret"), "failed"),
        (KeyboardInterrupt(), "interrupted"),
        (ZeroDivisionError("a bug"), "failed"),
    ],
)
def test_it_is_written_however_it_ends(
    tmp_path: Path, stream: io.StringIO, error: BaseException, status: str
) -> None:
    with pytest.raises(type(error)):
        run(flags_for(tmp_path / "r.json"), stream, error=error)
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["status"] == status
    assert found["resources"][0]["name"] == "config"
    assert "s3cret" not in (tmp_path / "r.json").read_text()


def test_what_cannot_be_written_is_an_error_before_anything(
    tmp_path: Path, stream: io.StringIO
) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "r.json", Path("/dev/null")):
        with pytest.raises(WerfishError, match="write") as caught:
            run(flags_for(path), stream, error=AssertionError("it was begun"))
        assert "--deploy-report" in caught.value.hint


def test_a_check_leaves_what_was_there(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    report.write_text("before")
    check_reports(flags_for(report))
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    assert report.read_text() == "before"


def lose(flags: ObservingFlags, stream: io.StringIO, error: Exception | None = None) -> None:
    """Run, and have the folder of the first report become a file meanwhile."""
    folder = Path(flags.deploy_reports[0]).parent
    with observed(flags, "deploy", "shop", "prod", Log(stream, clock=lambda: 0.0)):
        folder.rmdir()
        folder.write_text("in the way")
        if error is not None:
            raise error


def test_a_report_that_is_lost_hides_no_other_error(tmp_path: Path, stream: io.StringIO) -> None:
    with pytest.raises(DeployError, match="first"):
        lose(flags_for(tmp_path / "gone" / "r.json"), stream, DeployError("first"))
    assert "warning: " in stream.getvalue()


def test_a_report_that_is_lost_fails_what_succeeded(tmp_path: Path, stream: io.StringIO) -> None:
    with pytest.raises(WerfishError, match="gone"):
        lose(flags_for(tmp_path / "gone" / "r.json"), stream)


def test_of_werf_2(tmp_path: Path) -> None:
    asked = ObservingFlags(("a",), save_deploy_report=True, deploy_report_path="b")
    assert asked.reports == ("a", "b")
    assert ObservingFlags(deploy_report_path="b").reports == ()


def test_a_stream_is_a_line_an_event_and_a_summary(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeployError):
        run(flags_for(output="json"), stream, error=DeployError("no: s3cret"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["changed", "summary"]
    assert lines[0]["resource"]["name"] == "config"
    assert lines[1]["error"] == "no: ***"
    assert all(line["time"] for line in lines)


def test_without_a_stream_stdout_is_empty(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    run(flags_for(), stream)
    assert capsys.readouterr().out == ""


def chosen(*arguments: str) -> ObservingFlags:
    """Return what the options and variables of a deploy say."""
    with deploy.make_context("deploy", list(arguments)) as context:
        return taken(ObservingFlags, context.params)


def test_variables_name_reports_and_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WERF_DEPLOY_REPORT": "a.json",
        "WERF_DEPLOY_REPORT_2": "b.xml",
        "WERF_DEPLOY_REPORT_FORMAT": "junit",
        "WERF_DEPLOY_REPORT_PATH": "c.json",
        "WERF_SAVE_DEPLOY_REPORT": "1",
        "WERF_STATUS_PROGRESS_PERIOD": "7",
        "WERF_HOOKS_STATUS_PROGRESS_PERIOD": "0",
    }.items():
        monkeypatch.setenv(name, value)
    found = chosen("--deploy-report", "d")
    assert found.reports == ("a.json", "b.xml", "d", "c.json")
    assert found.deploy_report_format == "junit"
    assert (found.status_progress_period, found.hooks_status_progress_period) == (7, 0)


def test_werf_says_never_with_minus_one() -> None:
    assert chosen("--status-progress-period", "-1").status_progress_period == -1
    assert chosen().reports == ()
