"""Templates of every construct, with what Go 1.26 printed or said of them."""

import copy
from typing import Any

import pytest

from tests.gotemplate.rendering import FUNCTIONS, error_of, golden
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import TemplateError

LANGUAGE, PRINTING = golden("language.json"), golden("printing.json")


def outcome(template: str, data: Any) -> dict[str, str]:
    """Return what *template* prints, or its error."""
    templates = TemplateSet("werfConfig", FUNCTIONS)
    try:
        templates.parse("werfConfig", template)
        return {"out": templates.render("werfConfig", copy.deepcopy(data))}
    except TemplateError as error:
        return {"err": str(error)}


@pytest.mark.parametrize("case", LANGUAGE["cases"], ids=lambda case: case["template"][:60])
def test_template_does_what_it_does_in_go(case: dict[str, str]) -> None:
    """Errors are compared too: their words, line, column and expression are Go's."""
    expected = {key: value for key, value in case.items() if key != "template"}
    assert outcome(case["template"], LANGUAGE["data"]) == expected


@pytest.mark.parametrize("case", PRINTING["cases"], ids=lambda case: case["template"][:60])
def test_values_print_as_in_go(case: dict[str, str]) -> None:
    expected = {key: value for key, value in case.items() if key != "template"}
    assert outcome(case["template"], PRINTING["data"]) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ break\n-}}", "t:2: {{break}} outside {{range}}"),
        (
            '{{ define "a" }}x{{ end }}{{ define "a" }}y{{ end\n-}}',
            't:2: template: multiple definition of template "a"',
        ),
        ("{{ 1 }}{{-\n/* c */ }}", "t:2: comment ends before closing delimiter"),
        ("{{ 1 }}x{{/*\n*/ }}", "t:1: comment ends before closing delimiter"),
    ],
)
def test_the_line_of_a_mistake_beside_a_trim_marker_is_what_go_says(
    source: str, message: str
) -> None:
    assert error_of(source) == f"template: {message}"
