"""Sets of templates: definitions, include, tpl, depth, and what a set leaves behind."""

import gc
import weakref

import pytest

from tests.gotemplate.rendering import FUNCTIONS, error_of, render
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import ExecutionError, GoError, ParseError
from werfish.gotemplate.signatures import function


def test_templates_of_one_set_call_one_another() -> None:
    printed = render(
        '{{ include "a" . | upper }}', "x", {"a": '{{ template "b" . }}', "b": "b{{ . }}"}
    )
    assert printed == "BX"


def test_included_template_defines_for_all() -> None:
    assert render('{{ template "inner" }}', None, {"f": '{{ define "inner" }}in{{ end }}'}) == "in"


def test_later_definition_replaces_unless_it_is_empty() -> None:
    files = {"1": '{{ define "x" }}1{{ end }}', "2": '{{ define "x" }}2{{ end }}'}
    assert render('{{ template "x" }}', None, files) == "2"
    assert render('{{ template "x" }}', None, files | {"3": '{{ define "x" }} {{ end }}'}) == "2"


def test_tpl_sees_and_adds_definitions() -> None:
    text = (
        r'{{ define "a" }}A{{ end }}{{ tpl "{{ define \"b\" }}B{{ end }}{{ include \"a\" . }}" . }}'
    )
    assert render(text + r'{{ include "b" . }}') == "AB"


def test_error_in_tpl_names_the_text_by_its_checksum() -> None:
    assert error_of('{{ tpl "{{ bad" . }}') == (
        't:1:3: executing "t" at <tpl "{{ bad" .>: error calling tpl: '
        'template: tpl-135987774:1: function "bad" not defined'
    ).join(("template: ", ""))


def test_error_in_an_included_file_names_that_file() -> None:
    error = error_of('{{ include "lib/x.tmpl" . }}', {}, {"lib/x.tmpl": "\n{{ fail `no` }}"})
    assert 'template: lib/x.tmpl:2:3: executing "lib/x.tmpl" at <fail `no`>' in error


def test_error_has_its_parts() -> None:
    with pytest.raises(ExecutionError) as caught:
        render("é\n  {{ .a.b }}", {"a": 1})
    error = caught.value
    assert (error.template, error.line, error.column) == ("t", 2, 7)
    assert (error.expression, error.message) == (
        ".a.b",
        "can't evaluate field b in type interface {}",
    )


def test_column_counts_bytes() -> None:
    with pytest.raises(ExecutionError) as caught:
        render("éé{{ .a.b }}", {"a": 1})
    assert caught.value.column == 9


def test_unknown_template_is_named() -> None:
    with pytest.raises(GoError, match='no template "nope" associated with template "t"'):
        TemplateSet("t").render("nope", None)


@pytest.mark.parametrize(
    "text",
    [
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}',
        "{{ tpl . . }}",
    ],
)
def test_endless_recursion_is_an_error(text: str) -> None:
    assert "exceeded maximum template depth (1000)" in error_of(text, "{{ tpl . . }}")


def test_recursion_may_go_deep() -> None:
    walk = '{{ define "a" }}{{ if . }}x{{ include "a" (slice . 1) }}{{ end }}{{ end }}'
    assert render(walk + '{{ include "a" . }}', "y" * 500) == "x" * 500


def test_branches_may_be_nested_deeply() -> None:
    assert render("{{ if true }}" * 500 + "x" + "{{ end }}" * 500) == "x"
    assert render("{{ if false }}" + "{{ else if false }}" * 500 + "{{ else }}z{{ end }}") == "z"


def test_too_deep_a_text_is_an_error() -> None:
    with pytest.raises(ParseError, match="nested too deeply"):
        render("{{ if true }}" * 9000)
    with pytest.raises(ParseError, match="max expression depth exceeded"):
        render("{{ " + "(" * 300 + "1" + ")" * 300 + " }}")


def test_value_inside_itself_is_an_error() -> None:
    data: dict[str, object] = {}
    data["self"] = data
    assert "inside themselves" in error_of("{{ . }}", data)


def test_delimiters_of_a_set() -> None:
    names = TemplateSet("n", {"env": function(lambda: "dev")}, left="[[", right="]]")
    names.parse("n", "[[ env ]]-{{ env }}")
    assert names.render("n", None) == "dev-{{ env }}"


def test_functions_given_replace_builtins() -> None:
    templates = TemplateSet("t", {"len": function(lambda value: 7, "any")})
    templates.parse("t", "{{ len . }}")
    assert templates.render("t", "x") == "7"


def test_names_are_in_the_order_of_coming() -> None:
    templates = TemplateSet("t")
    templates.parse("b", '{{ define "c" }}x{{ end }}')
    templates.parse("a", "")
    assert templates.names() == ("c", "b", "a")


def test_set_goes_away_with_its_last_user() -> None:
    """A set in a cycle would wait for the collector, which then takes longer than rendering."""
    gc.disable()
    try:
        templates = TemplateSet("t", FUNCTIONS)
        templates.parse("t", '{{ define "x" }}{{ . }}{{ end }}{{ include "x" 1 }}')
        assert templates.render("t", None) == "1"
        gone = weakref.ref(templates)
        del templates
        assert gone() is None
    finally:
        gc.enable()


def test_bytes_that_belong_together_become_a_character() -> None:
    assert render(r'{{ "\xc3" }}{{ "\xa9" }}') == "é"


@pytest.mark.parametrize("nothing", ["nil", ".missing", "(index .list 0)"])
def test_fields_of_nothing_are_nothing_in_an_included_template(nothing: str) -> None:
    """As in Go: a nil cursor has no value at all, where a nil field is an error."""
    files = {"f": "[{{ .a }}{{ .a.b }}{{ $.c }}{{ with .d }}d{{ end }}]"}
    data = {"list": [None]}
    printed = "[<no value><no value><no value>]"
    assert render(f'{{{{ include "f" {nothing} }}}}', data, files) == printed
    assert render(f'{{{{ tpl "{{{{ .a.b }}}}" {nothing} }}}}', data) == "<no value>"
