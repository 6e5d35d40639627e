"""Variables of branches: what Go, which looks them up when it runs, finds in an ``else``."""

import pytest

from tests.gotemplate.rendering import error_of, render

DATA = {"off": False, "on": True, "none": None, "empty": [], "items": [1, 2]}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("{{ if .off }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}", "1", id="if"),
        pytest.param("{{ with .none }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}", "1", id="with"),
        pytest.param("{{ range .empty }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}", "1", id="range"),
        pytest.param(
            "{{ if .off }}{{ $x := 2 }}{{ else if .on }}{{ $x }}{{ end }}", "1", id="else-if"
        ),
        pytest.param(
            "{{ if .off }}{{ if .on }}{{ $x := 2 }}{{ end }}{{ else }}{{ $x }}{{ end }}",
            "1",
            id="deeper",
        ),
        pytest.param(
            "{{ if .off }}{{ $x := 2 }}{{ else }}{{ $x = 3 }}{{ end }}{{ $x }}", "3", id="assigned"
        ),
        pytest.param("{{ if $x := .off }}{{ else }}{{ $x }}{{ end }}", "false", id="of-the-head"),
        pytest.param(
            "{{ range .items }}{{ if eq . 1 }}{{ $x := . }}{{ else }}{{ $x }}{{ end }}{{ end }}",
            "1",
            id="of-the-turn-before",
        ),
    ],
)
def test_a_variable_of_a_branch_is_not_that_of_its_else(text: str, printed: str) -> None:
    assert render("{{ $x := 1 }}" + text, DATA) == printed


def test_a_variable_of_a_branch_alone_is_known_but_undefined_in_its_else() -> None:
    text = "{{ if .off }}{{ $x := 2 }}{{ else }}{{ $x }}{{ end }}"
    assert error_of(text, DATA).endswith(": undefined variable: $x")
