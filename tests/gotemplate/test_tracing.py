"""Origins of rendered lines: where in which template each of them was written."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gotemplate.rendering import FUNCTIONS, golden
from tests.gotemplate.test_cases import CONTRACT, data_of, templates_of
from tests.gotemplate.test_functions import HOST
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import ExecutionError, TemplateError
from werfish.gotemplate.functions import lenient_functions
from werfish.gotemplate.origins import Origin
from werfish.gotemplate.tracing import render_traced


def known(templates: Mapping[str, str]) -> TemplateSet:
    """Return a set of *templates* with sprig's functions."""
    found = TemplateSet("t", lenient_functions(lambda _name: None, HOST))
    for name, text in templates.items():
        found.parse(name, text)
    return found


def traced(text: str, data: Any = None, **fragments: str) -> list[str]:
    """Return the origins of the lines of *text* (template ``t``), a star after those of actions."""
    found = known({**fragments, "t": text})
    printed, origins = render_traced(found, "t", data)
    assert printed == found.render("t", data)
    assert len(origins) == printed.count("\n") + 1
    return [f"{each.template}{each.line}{'' if each.is_text else '*'}" for each in origins]


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_traced_text_is_what_go_prints(case: dict[str, Any]) -> None:
    if case["err"]:
        with pytest.raises(TemplateError):
            render_traced(templates_of(case), "werfConfig", data_of(case))
        return
    printed, origins = render_traced(templates_of(case), "werfConfig", data_of(case))
    assert printed == templates_of(case).render("werfConfig", data_of(case))
    assert len(origins) == printed.count("\n") + 1


LANGUAGE = golden("language.json")


@pytest.mark.parametrize("case", LANGUAGE["cases"], ids=lambda case: case["template"][:60])
def test_traced_render_does_what_go_does(case: dict[str, str]) -> None:
    templates = TemplateSet("werfConfig", FUNCTIONS)
    outcome: dict[str, str] = {}
    try:
        templates.parse("werfConfig", case["template"])
        data = copy.deepcopy(LANGUAGE["data"])
        outcome["out"], origins = render_traced(templates, "werfConfig", data)
        assert len(origins) == outcome["out"].count("\n") + 1
    except TemplateError as error:
        outcome["err"] = str(error)
    assert case == {"template": case["template"], **outcome}


@given(st.text(alphabet="a \n\t{é", max_size=30).filter(lambda text: "{{" not in text))
def test_text_without_actions_comes_from_where_it_is(text: str) -> None:
    _printed, origins = render_traced(known({"t": text}), "t", None)
    assert origins == tuple(Origin("t", line + 1, True) for line in range(text.count("\n") + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: {{ 1 }}\n{{ 2 }}: b\n", ["t1", "t2*", "t3"], id="action-in-a-line"),
        pytest.param("a\n{{- /* c */}}\n{{ 1 }}", ["t1", "t3*"], id="trim-before"),
        pytest.param("{{ 1 -}}\n\n\nb\nc", ["t1*", "t5"], id="trim-after"),
        pytest.param("a\n{{ if true -}}\n\nb\n{{- end }}\nc", ["t1", "t4", "t6"], id="if"),
        pytest.param("a\n{{ if false }}\nb\n{{ end }}\nc", ["t1", "t4", "t5"], id="if-not"),
        pytest.param("{{ range until 2 }}\n- {{ . }}{{ end }}", ["t1", "t2", "t2"], id="range"),
        pytest.param("  {{ 1 }}", ["t1*"], id="space-before-an-action"),
        pytest.param('{{ "a\\nb\\n\\n" }}\nc', ["t1*", "t1*", "t1*", "t1", "t2"], id="lines"),
        pytest.param('{{ "" }}\n {{ "" }}\nc', ["t1", "t2", "t3"], id="prints-nothing"),
        pytest.param("{{ 1\n}}\nb{{ print\n 2 }}\n{{ 3 }}", ["t1*", "t3", "t5*"], id="long-action"),
        pytest.param('{{ "a\\nb" }}x\nc', ["t1*", "t1*", "t2"], id="text-after-an-action"),
        pytest.param("", ["t1"], id="nothing"),
        pytest.param("{{/* c */}}", ["t1"], id="nothing-but-a-comment"),
    ],
)
def test_one_template(text: str, expected: list[str]) -> None:
    assert traced(text) == expected


FRAGMENT = '{{ define "x" }}\na: {{ . }}\nb:\n\n  - c\n{{ end }}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{{ template "x" 1 }}', ["f1", "f2", "f3", "f4", "f5", "f6"], id="template"),
        pytest.param(
            'k:\n{{ include "x" 1 | indent 2 }}',
            ["t1", "f1", "f2", "f3", "f4", "f5", "f6"],
            id="indent",
        ),
        pytest.param(
            'k:{{ include "x" 1 | trim | nindent 2 }}\nl',
            ["t1", "f2", "f3", "f4", "f5", "t2"],
            id="trim-and-nindent",
        ),
        pytest.param(
            '{{ include "x" 1 | trim | fromYaml | toYaml }}', ["f2", "f3", "f5"], id="other-text"
        ),
        pytest.param(
            '{{ $x := include "x" 1 }}\n{{ $x | trim | indent 1 }}',
            ["t1", "f2", "f3", "f4", "f5"],
            id="variable",
        ),
        pytest.param(
            '{{ with include "x" 1 | trim }}{{ . | nindent 1 }}{{ end }}',
            ["f1", "f2", "f3", "f4", "f5"],
            id="cursor",
        ),
        pytest.param('{{ $x := include "x" 1 }}{{ "b:" }}', ["t1*"], id="same-text-by-chance"),
        pytest.param(
            '{{ include "x" 1 | trim }}\n{{ include "x" 2 | trim }}',
            ["f2", "f3", "f4", "f5"] * 2,
            id="twice",
        ),
        pytest.param(
            '{{ printf "%s\\nz\\n%s" (include "x" 1 | trim) (include "x" 2 | trim) }}',
            ["f2", "f3", "f4", "f5", "t1*", "f2", "f3", "f4", "f5"],
            id="two-in-one-action",
        ),
        pytest.param('k: {{ include "x" 1 | trim }}', ["t1", "f3", "f4", "f5"], id="same-line"),
        pytest.param(
            '{{ tpl "p\\n{{ include `x` 1 | trim }}" . }}',
            ["t1*", "f2", "f3", "f4", "f5"],
            id="include-in-tpl",
        ),
    ],
)
def test_fragments(text: str, expected: list[str]) -> None:
    assert traced(text, f=FRAGMENT) == expected


def test_fragments_of_fragments() -> None:
    outer = 'o\n{{ include "x" . | trim | indent 2 }}\n{{ template "x" . }}'
    assert traced('\n{{ include "g" 1 | indent 4 }}', f=FRAGMENT, g=outer) == [
        *("t1", "g1", "f2", "f3", "f4", "f5", "f1", "f2", "f3", "f4", "f5", "f6")
    ]


def test_text_of_tpl_comes_from_the_action_that_rendered_it() -> None:
    """A checksum of the text is nothing that a user knows."""
    assert traced("\n{{ tpl . . }}", "a\nb {{ 1 }}\n{{ 2 }}") == ["t1", "t2*", "t2*", "t2*"]
    nested = '{{ define "d" }}d\n{{ end }}{{ tpl "n\\n{{ 1 }}" . }}'
    assert traced('\n\n{{ tpl . . }}\n{{ template "d" }}', nested) == [
        *("t1", "t2", "t3*", "t3*", "t3*", "t3*")
    ]


def test_what_tpl_defined_before_is_not_there_again() -> None:
    found = known({"t": '{{ define "x" }}A{{ end }}{{ include "x" . }}{{ tpl . . }}'})
    text = '{{ define "x" }}B{{ end }}'
    assert found.render("t", text) == "A"
    assert render_traced(found, "t", text)[0] == "A"
    assert found.render("t", text) == "B"


def test_an_error_leaves_the_set_as_it_was() -> None:
    found = known({"t": '{{ if . }}{{ fail "no" }}{{ end }}ok'})
    with pytest.raises(ExecutionError, match="t:1:13"):
        render_traced(found, "t", True)
    assert found.render("t", False) == "ok"
    assert render_traced(found, "t", False) == ("ok", (Origin("t", 1, True),))


def test_recursion_may_go_deep() -> None:
    walk = '{{ define "a" }}{{ if . }}x\n{{ include "a" (trimPrefix "y" .) }}{{ end }}{{ end }}'
    found = known({"t": walk + '\n{{ include "a" . }}'})
    text, origins = render_traced(found, "t", "y" * 300)
    assert text == "\n" + "x\n" * 300
    assert set(origins[1:-1]) == {Origin("t", 1, True)}


LINES = st.sampled_from(
    [
        "text",
        "",
        "  key: {{ . }}",
        "{{ . }}: value",
        "{{- /* comment */}}",
        "{{ /* comment */ -}}",
        "{{ if . }}",
        "{{- if . }}",
        "{{ range until 2 -}}",
        "{{ else }}",
        "{{ end -}}",
        "{{- end }}",
        '{{ include "f" . | indent 2 }}',
        'k: {{- include "f" . | nindent 2 }}',
        '{{ template "f" . }}',
        '{{ $x := include "f" . }}{{ $x }}',
        '{{ tpl "a\\n{{ . }}" . }}',
        '{{ "\\n\\n" }}',
    ]
)


@settings(max_examples=300)
@given(st.lists(LINES, max_size=12), st.lists(LINES, max_size=4), st.sampled_from([0, 1, "w"]))
def test_every_line_has_an_origin_that_is_there(
    lines: list[str], fragment: list[str], data: object
) -> None:
    """A line whose origin is text reads as that line of its template begins."""
    sources = {"f": "\n".join(fragment), "t": "\n".join(lines)}
    try:
        found = known(sources)
        expected = found.render("t", data)
    except TemplateError:
        return
    printed, origins = render_traced(known(sources), "t", data)
    assert printed == expected
    assert len(origins) == printed.count("\n") + 1
    for line, origin in zip(printed.split("\n"), origins, strict=True):
        source = sources[origin.template].split("\n")[origin.line - 1]
        if line.strip() and origin.is_text:
            assert source.strip()[0] == line.strip()[0] or line.strip()[0] in source
        elif line.strip():
            assert "{{" in source
