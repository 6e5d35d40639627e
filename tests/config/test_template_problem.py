"""Where a mistake in a template is told: in the file in which it is written."""

from pathlib import Path

import pytest

from tests.config.loading import load_project
from werfish.config.errors import InvalidConfigError, MissingFolderError, UnreadableConfigError

META = "configVersion: 1\nproject: shop\n---\n"


def told(folder: Path, **fragments: str) -> list[str]:
    """Return the lines of the error when ``a.tmpl`` is included."""
    (folder / ".werf").mkdir()
    for name, text in fragments.items():
        (folder / ".werf" / f"{name}.tmpl").write_text(text, "utf-8")
    (folder / "werf.yaml").write_text(META + '{{ include "a.tmpl" . }}\n', "utf-8")
    with pytest.raises(InvalidConfigError) as caught:
        load_project(folder, environment={})
    return str(caught.value).splitlines()


def test_the_innermost_file_and_the_way_to_it(tmp_path: Path) -> None:
    b, c = 'x\n{{ template "c.tmpl" . }}', '{{ "é" }}{{ fail "no" }}'
    assert told(tmp_path, a='{{ include "b.tmpl" . | indent 2 }}', b=b, c=c) == [
        'read ".werf/c.tmpl": 1 problem',
        '  .werf/c.tmpl:1:13: <fail "no">: error calling fail: no; '
        "reached from .werf/a.tmpl:1, werf.yaml:4",
        '     1 | {{ "é" }}{{ fail "no" }}',
        "       |             ^",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ foo }}", 'function "foo" not defined'),
        ('{{ fail "no" }}', '<fail "no">: error calling fail: no'),
    ],
)
def test_a_text_that_is_no_file_is_told_where_it_is_rendered(
    tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "text").write_text(f"one\n{text}\n", "utf-8")
    action = 'tpl (.Files.Get "text") .'
    assert told(tmp_path, a=f"{{{{ {action} }}}}")[1] == (
        f"  .werf/a.tmpl:1:4: <{action}>: line 2 of the text: {problem}; reached from werf.yaml:4"
    )


def test_a_circle_is_told_once(tmp_path: Path) -> None:
    lines = told(tmp_path, a='{{ include "b.tmpl" . }}', b='{{ include "a.tmpl" . }}')
    assert len("\n".join(lines)) < 400
    assert "exceeded maximum template depth (1000)" in lines[1]
    assert lines[1].count("tmpl:1") == 2


def test_what_is_never_ended(tmp_path: Path) -> None:
    assert told(tmp_path, a="x\n{{ range .L }}\ny")[1] == (
        "  .werf/a.tmpl:2:15: unexpected EOF; "
        "an if, range, with, define or block above lacks its {{ end }}"
    )


def test_what_never_began(tmp_path: Path) -> None:
    assert told(tmp_path, a="x\n{{ end }}")[1] == (
        "  .werf/a.tmpl:2:8: unexpected {{end}}; no if, range, with, define or block is open here"
    )


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("base", 'did you mean "bases.tmpl"?'),
        ("zzz.tmpl", "the files to include are a.tmpl, bases.tmpl"),
    ],
)
def test_a_file_that_is_not_there_to_be_included(tmp_path: Path, name: str, remedy: str) -> None:
    line = told(tmp_path, a=f'{{{{ include "{name}" . }}}}', bases="")[1]
    assert f"; {remedy}; reached from werf.yaml:4" in line


@pytest.mark.parametrize("name", ["shop/nope", "nope"])
def test_a_folder_of_templates_that_is_not_there(tmp_path: Path, name: str) -> None:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "werf.yaml").write_text(META + "image: {{ .Env }}\n", "utf-8")
    with pytest.raises(MissingFolderError, match="no such folder"):
        load_project(project, templates=tmp_path / name, environment={})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{{ indnt 1 "x" }}', 'function "indnt" not defined; did you mean "indent"?'),
        ("{{ zzzzzzzz }}", 'function "zzzzzzzz" not defined'),
        ('{{ define "the part" }}{{ end }}{{ include "te part" . }}',
         'with template "werfConfig"; did you mean "the part"?'),
        ('{{ define "the part" }}{{ end }}{{ template "te part" . }}',
         'template "te part" not defined; did you mean "the part"?'),
        ('{{ .Files.Gett "x" }}', 'field Gett in type interface {}; did you mean "Get"?'),
        ('{{ .Files.Foo "x" }}', "; .Files has Get, Glob, Exists, IsDir"),
        ('{{ tpl "{{ indnt }}" . }}', 'function "indnt" not defined; did you mean "indent"?'),
    ],
)  # fmt: skip
def test_what_may_be_meant(tmp_path: Path, text: str, said: str) -> None:
    line = told(tmp_path, a=text)[1].removesuffix("; reached from werf.yaml:4")
    assert line.endswith(said)


def test_an_action_that_never_ends_is_told_with_its_file(tmp_path: Path) -> None:
    assert told(tmp_path, a="x\n{{ include\n\n")[1] == (
        "  .werf/a.tmpl:4:1: unclosed action started at .werf/a.tmpl:2; end it with }}"
    )


def test_a_file_that_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".werf").mkdir()
    (tmp_path / ".werf/a.tmpl").write_bytes(b"a\n\xff\n")
    (tmp_path / "werf.yaml").write_text(META + "image: {{ .Env }}\n", "utf-8")
    with pytest.raises(UnreadableConfigError, match=r'"\.werf/a\.tmpl": line 2 is not UTF-8'):
        load_project(tmp_path, environment={})


@pytest.mark.parametrize("text", ["{{-include .x }}", "{{ .x-}}", "{{- $x-}}"])
def test_a_dash_without_its_space(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, a=text)[1].endswith(
        "; a dash that trims has a space beside it: {{- x -}}"
    )
