"""Errors in loops: what a ``[]any`` or ``map[string]any`` holds is of no known type to Go."""

import pytest

from tests.gotemplate.rendering import error_of

_DATA = {"l": ["a", 2], "m": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("{{ range .l }}{{ .x }}{{ end }}", "interface {}", id="cursor"),
        pytest.param("{{ range $e := .l }}{{ $e.x }}{{ end }}", "interface {}", id="variable"),
        pytest.param("{{ range $k, $e := .m }}{{ $e.x }}{{ end }}", "interface {}", id="map"),
        pytest.param("{{ range $k, $e := .m }}{{ $k.x }}{{ end }}", "string", id="key"),
        pytest.param("{{ range .l }}{{ with . }}{{ .x }}{{ end }}{{ end }}", "string", id="with"),
        pytest.param(
            "{{ range $a := .l }}{{ range $.l }}{{ $a.x }}{{ end }}{{ end }}",
            "interface {}",
            id="of-the-outer-loop",
        ),
        pytest.param("{{ range until 2 }}{{ .x }}{{ end }}", "int", id="slice-of-one-type"),
        pytest.param(
            "{{ range .l }}{{ end }}{{ with .l }}{{ .x }}{{ end }}",
            "[]interface {}",
            id="after-the-loop",
        ),
    ],
)
def test_missing_field_of_an_element_names_the_type_that_go_names(text: str, shown: str) -> None:
    assert error_of(text, _DATA).endswith(f": can't evaluate field x in type {shown}")
