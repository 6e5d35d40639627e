"""``helm dependency`` on charts that need no Chart.yaml; a small program stands in for helm."""

from pathlib import Path

import pytest

from werfish.helm.chart import ChartError
from werfish.helm.dependencies import DependencyError, helm_dependency
from werfish.process import Completed


class Fetching:
    """A program that fetches one chart, or fails."""

    version = (3, 20, 0)
    cluster_arguments: tuple[str, ...] = ()

    def __init__(self, problem: str = "") -> None:
        self.problem = problem
        self.metadata = ""

    def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
        chart = Path(arguments[-1])
        self.metadata = (chart / "Chart.yaml").read_text()
        if self.problem:
            return Completed(1, b"", f"Error: {chart}: {self.problem}".encode())
        (chart / "charts").mkdir(exist_ok=True)
        (chart / "charts" / "sub-1.tgz").write_bytes(b"new")
        (chart / "requirements.lock").write_text("digest: 1")
        return Completed(0, f"saved in {chart}\n".encode(), b"")


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    folder = tmp_path / ".helm"
    (folder / "charts").mkdir(parents=True)
    (folder / "charts" / "old-1.tgz").touch()
    (folder / "requirements.yaml").write_text("dependencies: []")
    return folder


def test_what_was_fetched_is_put_into_the_users_chart(chart: Path) -> None:
    helm = Fetching()
    assert helm_dependency("build", chart, "shop", helm) == f"saved in {chart}\n"
    assert "name: shop" in helm.metadata
    assert "apiVersion: v1" in helm.metadata
    assert sorted(path.name for path in chart.rglob("*")) == [
        *("charts", "old-1.tgz", "requirements.lock", "requirements.yaml", "sub-1.tgz"),
    ]


def test_a_failure_changes_nothing(chart: Path) -> None:
    with pytest.raises(
        DependencyError, match=r"update the dependencies of chart .*: Error: .*: no"
    ):
        helm_dependency("update", chart, "shop", Fetching("no"))
    assert [path.name for path in (chart / "charts").iterdir()] == ["old-1.tgz"]


def test_a_chart_with_a_name_is_helms_own_matter(chart: Path) -> None:
    own = "{apiVersion: v2, name: own, version: 1.0.0}"
    (chart / "Chart.yaml").write_text(own)
    helm = Fetching()
    helm_dependency("build", chart, "shop", helm)
    assert helm.metadata == own


def test_there_is_no_chart(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match="there is no such folder"):
        helm_dependency("list", tmp_path / "nope", "shop", Fetching())


def test_charts_that_a_killed_run_had_put_aside_come_back(chart: Path) -> None:
    """Killed between the two renames that replace them: the user's own are among them."""
    (chart / "charts").rename(chart / ".charts-old")
    (chart / ".charts-new").mkdir()
    helm_dependency("build", chart, "shop", Fetching())
    assert sorted(path.name for path in (chart / "charts").iterdir()) == ["old-1.tgz", "sub-1.tgz"]
    assert sorted(path.name for path in chart.glob(".charts-*")) == []


@pytest.mark.parametrize("list_in", ["requirements.yaml", "Chart.yaml"])
def test_charts_beside_it_are_found_from_the_copy(tmp_path: Path, list_in: str) -> None:
    """Whether the chart says nothing of itself or just what it needs, as werf's may."""
    chart, listed = (
        tmp_path / "project" / ".helm",
        "dependencies: [{name: lib, version: 1, repository: %s}]",
    )
    chart.mkdir(parents=True)
    (chart / list_in).write_text(listed % "file://../../charts/lib/")
    lib = tmp_path / "charts" / "lib"
    lib.mkdir(parents=True)
    (lib / "Chart.yaml").write_text("name: lib")
    (tmp_path / "charts" / "other").mkdir()
    seen: list[str] = []

    class Looking(Fetching):
        def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
            place = Path(arguments[-1]) / "../../charts/lib"
            seen.append((place / "Chart.yaml").read_text())
            seen.extend(sorted(path.name for path in place.parent.iterdir()))
            done = super().run(arguments, stdin=stdin)
            return Completed(
                0, f"{Path(arguments[-1]).parents[1]}/charts/lib".encode(), done.stderr
            )

    assert helm_dependency("update", chart, "shop", Looking()) == f"{tmp_path}/charts/lib"
    assert seen == ["name: lib", "lib"]


@pytest.mark.parametrize(
    "way", ["file://..", "file://.", "file://../none", "file:///etc/none", "http://a/b"]
)
def test_other_ways_are_left_to_helm(chart: Path, way: str) -> None:
    (chart / "requirements.yaml").write_text(f"dependencies: [{{name: a, repository: '{way}'}}]")
    helm = Fetching()
    helm_dependency("update", chart, "shop", helm)
    assert "name: shop" in helm.metadata


def test_a_chart_may_be_listed_twice_and_have_links(tmp_path: Path) -> None:
    chart, lib = tmp_path / ".helm", tmp_path / "lib"
    lib.mkdir()
    chart.mkdir()
    (tmp_path / "common.tpl").write_text("common")
    (lib / "common.tpl").symlink_to("../common.tpl")
    (lib / "gone").symlink_to("nowhere")
    one = "{name: lib, version: 1, repository: file://../lib, alias: %s}"
    (chart / "requirements.yaml").write_text(f"dependencies: [{one % 'a'}, {one % 'b'}]")
    (chart / "Chart.yaml").write_text("name:\nversion:\n")
    seen: list[str] = []

    class Looking(Fetching):
        def run(self, arguments: tuple[str, ...], *, stdin: bytes = b"") -> Completed:
            seen.append((Path(arguments[-1]).parent / "lib" / "common.tpl").read_text())
            return super().run(arguments, stdin=stdin)

    helm = Looking()
    helm_dependency("update", chart, "shop", helm)
    assert seen == ["common"]
    assert "name: shop" in helm.metadata
