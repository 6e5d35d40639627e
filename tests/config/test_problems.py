"""What is wrong with a configuration is told completely and kindly."""

from pathlib import Path

import pytest

from werfish.config.errors import InvalidConfigError, Problem
from werfish.config.project import project_of

META = "configVersion: 1\nproject: shop\n"


def refused(text: str) -> InvalidConfigError:
    with pytest.raises(InvalidConfigError) as caught:
        project_of(text, path="werf.yaml", directory=Path("/shop"))
    return caught.value


def told(text: str) -> list[str]:
    """Return what is said of an image document, without the lines."""
    return [said(problem) for problem in refused(f"{META}---\n{text}\n").problems]


def said(problem: Problem) -> str:
    first = f", first in line {problem.first}" if problem.first else ""
    return f"{problem.where}: {problem.text}{first}"


def test_all_problems_are_shown_in_the_order_of_lines() -> None:
    text = """\
configVersion: 1
project: My_Shop
---
image: app
from: alpine
git:
- to: app/
shel: {install: make}
---
a: b: c
---
image: app
from: alpine
"""
    assert (
        str(refused(text))
        == """\
read "werf.yaml": 5 problems
  werf.yaml:2:10: document 1: project: "My_Shop" is not a project name: use at most 50 \
lower-case letters, digits and dashes, with a letter or digit at both ends; "my-shop" would do
     2 | project: My_Shop
       |          ^
  werf.yaml:7:7: image "app": git[0].to: "app/" is not absolute; write "/app/"
     7 | - to: app/
       |       ^
  werf.yaml:8:1: image "app": unknown key "shel"; did you mean "shell"?
     8 | shel: {install: make}
       | ^
  werf.yaml:10:5: document 3: not YAML: mapping values are not allowed in this context; \
quote a text that contains ": "
    10 | a: b: c
       |     ^
  werf.yaml:12:8: image "app": this name is taken, first in line 4
    12 | image: app
       |        ^"""
    )


def test_one_problem() -> None:
    error = refused(META + "deploy: {namespaceSlug: maybe}")
    assert str(error).splitlines()[0] == 'read "werf.yaml": 1 problem'
    assert [problem.line for problem in error.problems] == [3]


def test_what_is_quoted_cannot_touch_the_terminal() -> None:
    shown = str(refused(META + 'x\u202e: "' + "y" * 1000 + '"'))
    assert "\u202e" not in shown.splitlines()[-1]
    assert len(shown.splitlines()[-1]) < 140


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("project: shop", '"configVersion" is missing', id="version"),
        pytest.param("configVersion: 2\nproject: a", 'version "2" is not known', id="other"),
        pytest.param("configVersion: 1", '"project" is missing', id="project"),
        pytest.param("configVersion: 1\nproject: ~", "it is empty", id="null-project"),
        pytest.param("configVersion: 1\nproject: " + "a" * 51, "at most 50", id="long"),
        pytest.param(f"{META}deploy: {{helmRelease: ''}}", "it is empty", id="release"),
        pytest.param(f"{META}deploy: []", "a section is expected, not a list", id="deploy"),
        pytest.param(f"{META}clean: 1", 'did you mean "cleanup"?', id="misspelt"),
        pytest.param(
            f"{META}xyz: 1", "allowed are configVersion, project, build, deploy", id="unknown"
        ),
        pytest.param(f"{META}build: {{staged: 1}}", "true or false is expected", id="build"),
        pytest.param(f"{META}---\n{META}", "described twice, first in line 1", id="two"),
        pytest.param("image: a\nfrom: b", "nothing describes the project", id="no-meta"),
        pytest.param("", "nothing describes the project", id="empty"),
        pytest.param(f"{META}---\n- a", "a document must be a section", id="list"),
        pytest.param(f"{META}---\nimages: a", 'did you mean "image"?', id="images"),
        pytest.param(f"{META}---\nx: 1", "this one has none of them", id="nothing-known"),
    ],
)
def test_problems_of_the_project(text: str, expected: str) -> None:
    (problem,) = refused(text).problems
    assert expected in said(problem)


IMAGE = "image: a\nfrom: b\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "image: a",
            'image "a": "from", "fromImage" or "dockerfile" is missing',
            id="from",
        ),
        pytest.param("image: a\nfrom: ''", 'image "a": from: it is empty', id="empty-from"),
        pytest.param("image: a\nfrom: ~", 'image "a": from: it is empty', id="null-from"),
        pytest.param(
            f"{IMAGE}from: c", 'image "a": key "from" is there twice, first in line 5', id="twice"
        ),
        pytest.param(
            "image: a\ncontext: x",
            'image "a": "context" belongs to an image from a Dockerfile; '
            'name that with "dockerfile"',
            id="context",
        ),
        pytest.param(
            f"{IMAGE}target: x",
            'image "a": unknown key "target"; it belongs to an image with "dockerfile" instead of '
            '"from"',
            id="target",
        ),
        pytest.param(
            f"{IMAGE}install: x",
            'image "a": unknown key "install"; it belongs below "shell"',
            id="elsewhere",
        ),
        pytest.param(
            f"{IMAGE}git: {{to: /a}}",
            'image "a": git: a list of sections is expected, not a section',
            id="git-section",
        ),
        pytest.param(
            f"{IMAGE}git: [{{to: /a}}, {{to: /b}}, {{add: /x, to: /a/}}]",
            'image "a": git[2]: it brings the same as git[0]; tell them apart by to or '
            "includePaths",
            id="git-overlap",
        ),
        pytest.param(f"{IMAGE}git: [{{add: /}}]", 'image "a": git[0]: "to" is missing', id="to"),
        pytest.param(
            f"{IMAGE}git: [{{to: /a, includePaths: /x/}}]",
            'image "a": git[0].includePaths: "/x/" is not relative; write "x/"',
            id="include",
        ),
        pytest.param(
            f"{IMAGE}git: [{{to: /a, stageDependencies: {{beforeInstall: x}}}}]",
            'image "a": git[0].stageDependencies: unknown key "beforeInstall"; '
            "no files of git are there yet at that stage",
            id="before-install",
        ),
        pytest.param(
            f"{IMAGE}shell: {{install: [{{echo total: x}}]}}",
            'image "a": shell.install[0]: a text is expected, not a section; '
            'quote a text with a colon: "echo total: ..."',
            id="colon",
        ),
        pytest.param(
            f"{IMAGE}shell: {{install: [~]}}",
            'image "a": shell.install[0]: a text is expected, not nothing',
            id="null-command",
        ),
        pytest.param(
            f"{IMAGE}docker: {{env: {{a: b}}}}",
            'image "a": docker: unknown key "env"; did you mean "ENV"?',
            id="case",
        ),
        pytest.param(
            f"{IMAGE}docker: {{ENV: [A=b]}}",
            'image "a": docker.ENV: a section of names with texts is expected, not a list',
            id="pairs",
        ),
        pytest.param(
            f"{IMAGE}docker: {{ENV: {{A: [1]}}}}",
            'image "a": docker.ENV.A: a text is expected, not a list',
            id="pair",
        ),
        pytest.param(
            "image: [a, a]\nfrom: b", 'image "a": this name is taken, first in line 4', id="same"
        ),
        pytest.param(
            f'{IMAGE}shell: {{setup: ["a", "b\\0"]}}',
            'image "a": shell.setup[1]: it holds a NUL character, which no path, variable or '
            "command can; take it out",
            id="nul",
        ),
        pytest.param(
            f'{IMAGE}docker: {{ENV: {{A: "\\x00"}}}}',
            'image "a": docker.ENV.A: it holds a NUL character, which no path, variable or '
            "command can; take it out",
            id="nul-of-a-pair",
        ),
        pytest.param("image: ' '\nfrom: b", 'image " ": image: it is empty', id="empty-name"),
        pytest.param(
            f"{IMAGE}---\nimage: ~\nfrom: b",
            "image ~: an image without a name cannot stand beside others; give it one",
            id="nameless",
        ),
        pytest.param(
            "image: ~\nfrom: b\n---\nimage: ~\nfrom: b",
            "image ~: this name is taken, first in line 4",
            id="two-nameless",
        ),
    ],
)
def test_problems_of_images(text: str, expected: str) -> None:
    assert expected in told(text)
