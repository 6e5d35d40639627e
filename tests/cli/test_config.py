"""``config`` and ``helm get-*``: what they print, and what they need not have."""

import json
from pathlib import Path

import pytest

from tests.git.work_tree import new_work_tree
from werfish.cli.main import main
from werfish.errors import USAGE_EXIT_CODE, ConfigError

CONFIG = """\
project: shop
configVersion: 1
deploy:
  helmRelease: "[[ project ]]-[[ env | trunc 4 ]]"
  namespace: "[[ if eq env \\"production\\" ]]live[[ else ]]review-[[ env ]][[ end ]]"
---
artifact: assets
from: {{ env "NODE" | default "node:20" }}
---
image: app
from: alpine:3.20
import:
- artifact: assets
  add: /out
  to: /app
  before: setup
---
image: api
dockerfile: Dockerfile
{{ include "more.tmpl" . }}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project that is in no repository."""
    (tmp_path / "werf.yaml").write_text(CONFIG)
    (tmp_path / ".werf").mkdir()
    (tmp_path / ".werf/more.tmpl").write_text("{{ $x := 1 }}args: {A: {{ $x }}}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NODE", "node:22")
    return tmp_path


def test_the_rendered_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "render"]) == 0
    shown = capsys.readouterr()
    assert shown.out == CONFIG.replace('{{ env "NODE" | default "node:20" }}', "node:22").replace(
        '{{ include "more.tmpl" . }}', "args: {A: 1}\n"
    )
    assert shown.err == ""


def test_the_documents_of_single_images(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "render", "api", "assets"]) == 0
    assert capsys.readouterr().out == (
        "artifact: assets\nfrom: node:22\n---\nimage: api\ndockerfile: Dockerfile\nargs: {A: 1}\n\n"
    )


def test_intermediate_values(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "render", "--debug-templates"]) == 0
    said = capsys.readouterr().err
    assert ".werf/more.tmpl:1: $x = 1" in said
    assert 'werf.yaml:20: include "more.tmpl"' in said


def test_what_is_no_yaml_is_rendered_all_the_same(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "werf.yaml").write_text("project: {{ 1 }}\n---\na: b: c\n---\nimage: x\n")
    assert main(["config", "render"]) == 0
    assert capsys.readouterr().out.startswith("project: 1\n")
    assert main(["config", "render", "x"]) == ConfigError.exit_code
    assert "werf.yaml:3:5: document 2: not YAML" in capsys.readouterr().err


def test_an_unknown_image(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["config", "render", "nope"], ["config", "graph", "nope"]):
        assert main(arguments) == ConfigError.exit_code
        assert 'no image "nope" in the project' in capsys.readouterr().err


def test_the_names(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "list"]) == 0
    assert capsys.readouterr().out.split() == ["app", "api", "assets"]
    assert main(["config", "list", "--images-only"]) == 0
    assert capsys.readouterr().out.split() == ["app", "api"]


def test_the_nameless_image(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "werf.yaml").write_text("project: a\nconfigVersion: 1\n---\nimage: ~\nfrom: b\n")
    assert main(["config", "list"]) == 0
    assert main(["config", "render", "~"]) == 0
    assert main(["config", "graph", "~"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "~", "image: ~", "from: b", "~", "└─ from b (registry)",
    ]  # fmt: skip


def test_the_graph(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "graph", "app"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "assets (artifact)",
        "└─ from node:22 (registry)",
        "app",
        "├─ from alpine:3.20 (registry)",
        "└─ import assets (artifact)",
    ]
    assert main(["config", "graph", "--format", "dot"]) == 0
    assert capsys.readouterr().out.startswith("digraph images {\n")
    assert main(["config", "graph", "--format", "svg"]) == USAGE_EXIT_CODE


def test_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "werf.yaml"


def test_a_problem_has_the_line_of_the_fragment_it_is_in(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".werf/more.tmpl").write_text("{{ $x := 1 }}\nargs: {}\ntraget: x\n")
    assert main(["config", "list"]) == ConfigError.exit_code
    assert capsys.readouterr().err.splitlines() == [
        'error: read "werf.yaml": 1 problem',
        '  .werf/more.tmpl:3: image "api": unknown key "traget"; did you mean "target"?',
        "     3 | traget: x",
        "       | ^",
    ]


def test_a_problem_that_an_action_printed_is_shown_as_it_was_rendered(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".werf/more.tmpl").write_text('{{ printf "%s: x" "traget" }}\n')
    assert main(["config", "list"]) == ConfigError.exit_code
    assert ".werf/more.tmpl:1: image" in (said := capsys.readouterr().err)
    assert "rendered 20 | traget: x" in said


def test_a_word_on_what_has_no_effect_yet(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".werf/more.tmpl").write_text("staged: true\n")
    assert main(["config", "list"]) == 0
    assert capsys.readouterr().err == (
        'warning: .werf/more.tmpl:1: image "api": staged: it has no effect yet: the image is built '
        "as a whole, and again when anything changes\n"
    )


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--env", "production"], ["shop-prod", "live"]),
        (["--env", "a"], ["shop-a", "review-a"]),
        (["--env", "a", "--release", "r", "--namespace", "n"], ["r", "n"]),
    ],
)
def test_names_of_release_and_namespace(
    project: Path, arguments: list[str], names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["helm", "get-release", *arguments]) == 0
    assert main(["helm", "get-namespace", *arguments]) == 0
    assert capsys.readouterr().out.split() == names


def test_a_namespace_does_not_wait_for_the_name_of_a_release(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "werf.yaml"
    meta = "configVersion: 1\nproject: shop\ndeploy: {helmRelease: '[[ fail project ]]'}\n"
    file.write_text(meta, "utf-8")
    assert main(["helm", "get-namespace", "--env", "a"]) == 0
    assert capsys.readouterr().out == "shop-a\n"


@pytest.mark.parametrize(
    ("template", "arguments", "said"),
    [
        ("fixed", [], "fixed"),
        ("[[ env ]]-x", ["--release", "given"], "given"),
        ("x-[[ namespace ]]", ["--namespace", "n"], "x-n"),
    ],
)
def test_a_release_waits_for_the_name_of_its_namespace_only_where_it_has_it(
    project: Path,
    template: str,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    deploy = f"{{helmRelease: '{template}', namespace: '[[ env ]]'}}"
    meta = f"configVersion: 1\nproject: shop\ndeploy: {deploy}\n"
    (project / "werf.yaml").write_text(meta, "utf-8")
    assert main(["helm", "get-release", *arguments]) == 0
    assert capsys.readouterr().out == f"{said}\n"


def test_a_name_that_needs_an_environment(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["helm", "get-release"]) == ConfigError.exit_code
    assert "--env option or $WERF_ENV variable required" in capsys.readouterr().err


def test_the_commit_is_rendered_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = new_work_tree(tmp_path / "work")
    work.write("werf.yaml", b"project: a\nconfigVersion: 1\n")
    work.commit()
    work.write("werf.yaml", b"project: b\nconfigVersion: 1\n")
    folder = ["--dir", str(work.root)]
    assert main(["config", "render", *folder]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("project: b")
    assert "uncommitted: werf.yaml" in shown.err
    assert main(["config", "render", "--git-strict", *folder]) != 0
    assert "werf.yaml" in capsys.readouterr().err
    home = ["--home-dir", str(tmp_path / "home")]
    assert main(["config", "render", "--dev", *folder, *home]) == 0
    assert capsys.readouterr().out.startswith("project: b")
