"""``--git-strict`` and ``--dev`` on real repositories, as a user runs the commands.

Docker is looked for where there is none: that is the error of a build that nothing refused.
"""

from pathlib import Path

import pytest

from tests.git.work_tree import WorkTree, new_work_tree
from werfish.cli.main import main
from werfish.errors import BuildError, ConfigError, GitError

CONFIG = b"""configVersion: 1
project: shop
---
image: app
from: {{ .Files.Get "base" }}
git: [{add: /src, to: /app}]
"""
BUILD = ("build", "--stages-storage", ":local")
DEPLOY = ("deploy", "--release", "r", "--namespace", "n", "--kube-context", "none")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkTree:
    """Return a committed project, which is the current folder."""
    (tmp_path / "gitconfig").write_text("[user]\n name = Ada\n email = ada@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("WERF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "no-kubeconfig"))
    monkeypatch.setenv("WERF_HELM", str(tmp_path / "no-helm"))
    work = new_work_tree(tmp_path / "work")
    work.write("werf.yaml", CONFIG)
    work.write("base", b"alpine:3.20")
    work.write("src/app", b"1")
    work.write(".helm/templates/a.yaml", b"")
    work.commit()
    monkeypatch.chdir(work.root)
    return work


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().err


def test_a_committed_project_builds_in_silence(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    for flags in ((), ("--git-strict",), ("--dev",)):
        code, shown = run(capsys, *BUILD, *flags)
        assert code == BuildError.exit_code
        assert "warning" not in shown


def test_uncommitted_files_are_warned_of_in_one_line_each(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for the configuration, one for the images."""
    work.write("werf.yaml", CONFIG + b"# changed\n")
    for path in ("base", "src/app", "unused"):
        work.write(path, b"debian")
    code, shown = run(capsys, *BUILD)
    assert code == BuildError.exit_code
    warnings = [line for line in shown.splitlines() if line.startswith("warning: ")]
    assert warnings == [
        "warning: the configuration is read from the work tree; uncommitted: base, werf.yaml",
        "warning: images are built from the commit; uncommitted changes are left out: src/app",
    ]


def test_strictly_the_configuration_is_refused(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    work.write("werf.yaml", CONFIG + b"# changed\n")
    work.write("base", b"debian")
    work.write("src/app", b"2")
    code, shown = run(capsys, *BUILD, "--git-strict")
    commit = work.git("rev-parse", "HEAD")[:12]
    assert code == GitError.exit_code
    assert shown == (
        f"error: read the configuration from commit {commit}: uncommitted: base, werf.yaml\n"
        "hint: commit them, or leave --git-strict out\n"
    )


def test_strictly_files_of_images_are_refused(
    work: WorkTree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work.write("unused", b"1")
    work.write("src/new", b"1")
    monkeypatch.setenv("WERF_GIT_STRICT", "1")
    code, shown = run(capsys, *BUILD)
    assert code == GitError.exit_code
    assert shown.startswith("error: build the images from commit ")
    assert "uncommitted: src/new\n" in shown


@pytest.mark.parametrize("path", ["web/made", "web/new"])
def test_only_files_of_images_that_are_built_count(
    work: WorkTree, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    """What another image takes, from its context or beside git, is nothing to this one."""
    web = b"---\nimage: web\ndockerfile: Dockerfile\ncontext: web\ncontextAddFiles: [made]\n"
    work.write("werf.yaml", CONFIG + web)
    work.write("web/Dockerfile", b"FROM alpine:3.20\n")
    work.write("web/.gitignore", b"made\n")
    work.commit()
    work.write(path, b"1")
    assert run(capsys, *BUILD, "app", "--git-strict")[0] == BuildError.exit_code
    assert "warning" not in run(capsys, *BUILD, "app")[1]
    code, shown = run(capsys, *BUILD, "--git-strict")
    assert code == GitError.exit_code
    assert path in shown


def test_dev_takes_everything_as_it_is(
    work: WorkTree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("werf.yaml", "src/app", "src/new"):
        work.write(path, CONFIG + b"# changed\n")
    before = work.git("status", "--porcelain=v2")
    monkeypatch.setenv("WERF_DEV", "true")
    for flags in ((), ("--git-strict",)):
        code, shown = run(capsys, *BUILD, *flags)
        assert code == BuildError.exit_code
        assert "uncommitted" not in shown
    assert work.git("status", "--porcelain=v2") == before
    assert len(list((work.root.parent / "home/werfish/dev").iterdir())) == 1


def test_a_strict_deploy_refuses_its_chart_and_values(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    work.write(".git/info/exclude", b"*.tgz\n")
    work.write(".helm/charts/a.tgz", b"1")
    work.write(".helm/templates/a.yaml", b"changed: true")
    work.write("values.yaml", b"{}")
    outside = work.root.parent / "outside.yaml"
    outside.write_text("{}")
    values = ("--values", "values.yaml", "--values", str(outside))
    code, shown = run(capsys, *DEPLOY, "--git-strict", *values)
    assert code == GitError.exit_code
    assert shown.startswith("error: render the chart from commit ")
    listed = "uncommitted: .helm/charts/a.tgz, .helm/templates/a.yaml, values.yaml\n"
    assert listed in shown
    for flags in ((), ("--dev", "--git-strict")):
        _, shown = run(capsys, *DEPLOY, *flags, *values)
        assert "tag should be specified" in shown  # so far it came


def test_a_link_from_the_work_tree_to_values_outside(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    (work.root.parent / "outside.yaml").write_text("{}")
    (work.root / "values.yaml").symlink_to("../outside.yaml")
    work.commit()
    _, shown = run(capsys, *DEPLOY, "--git-strict", "--values", "values.yaml")
    assert "uncommitted: ../outside.yaml\n" in shown


def test_what_is_outside_cannot_be_strict(
    work: WorkTree, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "other.yaml").write_bytes(CONFIG)
    for name, path in (
        ("--config", "other.yaml"), ("--config-templates-dir", ""), ("--giterminism-config", "g"),
    ):  # fmt: skip
        (tmp_path / "g").write_text("giterminismConfigVersion: 1\n")
        code, shown = run(capsys, *BUILD, "--git-strict", name, str(tmp_path / path))
        assert code == GitError.exit_code
        assert "it is outside of the work tree" in shown


def test_the_giterminism_file_is_checked(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    work.write("werf-giterminism.yaml", b"giterminismConfigVersion: 1\nhelm: {allowed: [a]}\n")
    code, shown = run(capsys, *BUILD)
    assert code == ConfigError.exit_code
    assert 'werf-giterminism.yaml:2:8: helm: unknown key "allowed"' in shown


def test_names_need_no_repository(
    work: WorkTree, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that only reads the configuration does so anywhere, unless told otherwise."""
    folder = work.root.parent / "plain"
    folder.mkdir()
    (folder / "werf.yaml").write_text("configVersion: 1\nproject: shop\n")
    monkeypatch.chdir(folder)
    _, shown = run(capsys, "dismiss", "--env", "test")
    assert "find a cluster" in shown
    for flag in ("--git-strict", "--dev"):
        code, shown = run(capsys, "dismiss", "--env", "test", flag)
        assert code == GitError.exit_code
        assert "open the repository" in shown


def test_a_strict_configuration_of_a_subfolder(
    work: WorkTree, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (("werf.yaml", CONFIG), ("base", b"a"), ("src/app", b"1")):
        work.write(f"shop/{name}", content)
    code, shown = run(capsys, *BUILD, "--git-strict", "--dir", "shop")
    assert code == GitError.exit_code
    assert "uncommitted: base, werf.yaml\n" in shown
    work.commit()
    assert run(capsys, *BUILD, "--git-strict", "--dir", "shop")[0] == BuildError.exit_code
