"""The staged copy of a chart: private, complete, and gone afterwards."""

import io
import tarfile
from pathlib import Path

import pytest

from werfish.helm.added_templates import SECRETS_FILE
from werfish.helm.chart import ChartError, declare_sub_charts, staged
from werfish.helm.chart_record import chart_record
from werfish.helm.yaml_text import load


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / ".helm"
    (folder / "templates" / "secret").mkdir(parents=True)
    (folder / "templates" / "a.yaml").write_text("{{ werf_container_image . }}")
    (folder / "templates" / "secret" / "b.yaml").write_text("kind: Secret")
    (folder / "secret").mkdir()
    (folder / "secret" / "token").write_text("1000aa")
    (folder / "values.yaml").write_text("a: 1")
    return folder


def test_the_copy_is_private_and_goes_away(source: Path) -> None:
    with staged(source, project="shop", revision=1) as chart:
        assert chart.path.parent.stat().st_mode & 0o777 == 0o700
        assert (chart.path / "values.yaml").read_text() == "a: 1"
    assert not chart.path.parent.exists()


def test_the_version_of_the_application_may_be_given(source: Path) -> None:
    (source / "Chart.yaml").write_text("name: own\nappVersion: '1'\n")
    with staged(source, project="shop", revision=1, app_version="2.0") as chart:
        assert chart.metadata["appVersion"] == "2.0"
        assert "appVersion: '2.0'" in (chart.path / "Chart.yaml").read_text()


def test_the_copy_goes_away_when_something_is_interrupted(source: Path) -> None:
    paths: list[Path] = []

    def interrupted() -> None:
        with staged(source, project="shop", revision=1) as chart:
            paths.append(chart.path)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not paths[0].parent.exists()


def test_a_chart_without_chart_yaml_is_called_as_the_project(source: Path) -> None:
    with staged(source, project="shop", revision=1) as chart:
        assert load((chart.path / "Chart.yaml").read_text()) == {
            "apiVersion": "v2",
            "name": "shop",
            "version": "0.1.0",
        }


def test_what_chart_yaml_says_is_kept(source: Path) -> None:
    (source / "Chart.yaml").write_text("name: own\nappVersion: 3\n")
    (source / "requirements.yaml").write_text("dependencies: []\n")
    with staged(source, project="shop", revision=1) as chart:
        assert chart.metadata == {
            "apiVersion": "v1",
            "name": "own",
            "version": "0.1.0",
            "appVersion": 3,
        }


def test_secrets_stay_behind_but_templates_of_that_name_do_not(source: Path) -> None:
    with staged(source, project="shop", revision=1) as chart:
        assert not (chart.path / "secret").exists()
        assert (chart.path / "templates/secret/b.yaml").exists()


def test_secret_files_are_in_a_template_of_the_copy_only(source: Path) -> None:
    files = {"tls/key": b"\0binary", 'a"b': b""}
    with staged(source, project="shop", revision=1, secret_files=files) as chart:
        text = (chart.path / "templates" / SECRETS_FILE).read_text()
        assert '"tls/key" "AGJpbmFyeQ==" "a\\"b" ""' in text
        record = str(chart_record(chart))
    assert "AGJpbmFyeQ==" not in record


def test_templates_are_adapted_in_the_copy_only(source: Path) -> None:
    with staged(source, project="shop", revision=1) as chart:
        adapted = (chart.path / "templates/a.yaml").read_text()
    assert adapted == '{{ include "werf_container_image" . }}'
    assert (source / "templates/a.yaml").read_text() == "{{ werf_container_image . }}"


def test_archives_of_sub_charts_are_unpacked(source: Path) -> None:
    (source / "charts").mkdir()
    with tarfile.open(source / "charts" / "sub-1.tgz", "w:gz") as archive:
        for name, text in (("Chart.yaml", b"name: sub"), ("templates/c.yaml", b"{{ lookup }}")):
            entry = tarfile.TarInfo(f"sub/{name}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    with staged(source, project="shop", revision=1) as chart:
        assert (chart.path / "charts/sub/templates/c.yaml").exists()
        assert not (chart.path / "charts/sub-1.tgz").exists()
        assert chart.asks_objects


@pytest.mark.parametrize("name", ["../x", "/x", "sub/../../x"])
def test_an_archive_does_not_reach_outside(source: Path, name: str) -> None:
    (source / "charts").mkdir()
    with tarfile.open(source / "charts" / "sub-1.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    outside = pytest.raises(ChartError, match="would be outside of it")
    with outside, staged(source, project="shop", revision=1):
        pass


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("Chart.yaml", b"a: [", "line"),
        ("Chart.yaml", b"- a", "not a map"),
        ("charts/x.tgz", b"no archive", "not an archive"),
    ],
)
def test_broken_charts_are_named(source: Path, name: str, content: bytes, problem: str) -> None:
    (source / "charts").mkdir()
    (source / name).write_bytes(content)
    with pytest.raises(ChartError, match=problem), staged(source, project="s", revision=1):
        pass


def test_no_chart_at_all(tmp_path: Path) -> None:
    with (
        pytest.raises(ChartError, match="no such folder") as caught,
        staged(tmp_path / ".helm", project="s", revision=1),
    ):
        pass
    assert "--helm-chart-dir" in caught.value.hint


@pytest.mark.parametrize(
    ("own", "declared"),
    [("", True), ("Chart.yaml", False), ("requirements.yaml", False)],
)
def test_sub_charts_that_nobody_names_are_named_for_lint(
    source: Path, own: str, declared: bool
) -> None:
    """A chart of werf has no Chart.yaml to name them in; for Helm that is a mistake."""
    (source / "charts" / "cache").mkdir(parents=True)
    (source / "charts" / "cache" / "Chart.yaml").write_text("name: cache\nversion: 1.2.3\n")
    if own:
        (source / own).write_text("name: own\n")
    with staged(source, project="shop", revision=1) as chart:
        declare_sub_charts(chart)
        found = load((chart.path / "Chart.yaml").read_text())
    expected = [{"name": "cache", "version": "1.2.3", "repository": ""}] if declared else None
    assert found.get("dependencies") == expected


def test_the_record_leaves_out_what_helmignore_does(source: Path) -> None:
    (source / ".helmignore").write_text("*.bak\n")
    (source / "templates" / "a.yaml.bak").write_text("old")
    with staged(source, project="shop", revision=1) as chart:
        names = [one["name"] for one in chart_record(chart)["templates"]]
    assert names == ["templates/a.yaml", "templates/secret/b.yaml"]
