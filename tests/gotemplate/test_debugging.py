"""What a template's author is told: events of a watched render, and the functions that log."""

from typing import Any

import pytest

from tests.gotemplate.rendering import FUNCTIONS
from tests.gotemplate.test_cases import CONTRACT, data_of, templates_of
from werfish.gotemplate.debugging import (
    MOST_CHARACTERS,
    MOST_LINES,
    Log,
    add_debug_functions,
    event_text,
    shortened,
    shown,
)
from werfish.gotemplate.engine import TemplateSet
from werfish.gotemplate.errors import ExecutionError, TemplateError
from werfish.gotemplate.signatures import function
from werfish.gotemplate.values import MISSING
from werfish.gotemplate.watching import Assigned, Event, Rendered, render_watched


def known(text: str, log: Log | None = None, **fragments: str) -> TemplateSet:
    """Return the templates *fragments*, then *text* as ``t``, that may call the debug functions."""
    templates = TemplateSet("t", FUNCTIONS)
    add_debug_functions(templates, log)
    for name, each in {**fragments, "t": text}.items():
        templates.parse(name, each)
    return templates


def events_of(text: str, data: Any = None, **fragments: str) -> list[Event]:
    """Return what happens while *text* is rendered."""
    events: list[Event] = []
    templates = known(text, None, **fragments)
    printed = render_watched(templates, "t", data, events.append)
    assert printed == templates.render("t", data)
    return events


def logged(text: str, data: Any = None, **fragments: str) -> list[str]:
    """Return what the debug functions in *text* write into the log."""
    log: list[str] = []
    known(text, log.append, **fragments).render("t", data)
    return log


def test_variables_are_told_of_in_order() -> None:
    assert events_of('\n{{ $x := 1 }}{{ $x = "b" }}\n{{ $x }}{{ $y := .a }}', {"a": [1]}) == [
        Assigned("t", 2, "$x", 1),
        Assigned("t", 2, "$x", "b"),
        Assigned("t", 3, "$y", [1]),
    ]


def test_variables_of_branches_are_told_of_whichever_is_taken() -> None:
    text = "{{ if $x := . }}a{{ end }}\n{{ with $y := . }}a{{ else with $z := 1 }}\nb{{ end }}"
    assert events_of(text, 0) == [
        Assigned("t", 1, "$x", 0),
        Assigned("t", 2, "$y", 0),
        Assigned("t", 2, "$z", 1),
    ]
    assert events_of(text, 2) == [Assigned("t", 1, "$x", 2), Assigned("t", 2, "$y", 2)]


def test_variables_of_loops_are_told_of_each_time_round() -> None:
    text = "{{ range $i, $e := . }}\n{{ $i }}{{ else }}{{ end }}"
    assert events_of(text, ["a", "b"]) == [
        Assigned("t", 1, "$i", 0),
        Assigned("t", 1, "$e", "a"),
        Assigned("t", 1, "$i", 1),
        Assigned("t", 1, "$e", "b"),
    ]
    assert events_of(text, []) == []


def test_renders_are_told_of_with_data_and_result() -> None:
    outer = 'g:\n{{ include "f" . }}'
    assert events_of('{{ template "f" }}\n{{ include "g" 2 | upper }}', f="f{{ . }}", g=outer) == [
        Rendered("t", 1, "template", "f", MISSING, "f<no value>"),
        Rendered("g", 2, "include", "f", 2, "f2"),
        Rendered("t", 2, "include", "g", 2, "g:\nf2"),
    ]


def test_what_a_template_writes_straight_through_belongs_to_those_around_it_too() -> None:
    assert events_of('{{ include "g" 1 }}', f="f", g='<{{ template "f" }}>') == [
        Rendered("g", 1, "template", "f", MISSING, "f"),
        Rendered("t", 1, "include", "g", 1, "<f>"),
    ]


def test_what_happens_in_tpl_happens_where_tpl_is_called() -> None:
    text = "\n{{ $x := 1 }}{{ include `f` . }}"
    assert events_of("\n\n{{ tpl . 5 }}", text, f="f{{ . }}") == [
        Assigned("t", 3, "$x", 1),
        Rendered("t", 3, "include", "f", 5, "f5"),
        Rendered("t", 3, "tpl", text, 5, "\nf5"),
    ]


def test_events_before_an_error_are_told() -> None:
    events: list[Event] = []
    with pytest.raises(ExecutionError, match="no"):
        render_watched(known('{{ $x := 1 }}{{ fail "no" }}'), "t", None, events.append)
    assert events == [Assigned("t", 1, "$x", 1)]


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_watched_render_prints_what_go_prints(case: dict[str, Any]) -> None:
    log: list[str] = []
    try:
        printed = render_watched(
            templates_of(case),
            "werfConfig",
            data_of(case),
            lambda event: log.append(event_text(event)),
        )
    except TemplateError:
        assert case["err"]
    else:
        assert printed == templates_of(case).render("werfConfig", data_of(case))


def test_events_in_a_log() -> None:
    log: list[str] = []
    text = '{{ $x := dict "a" 1 }}\n{{ $y := "s" }}{{ include "f" $x }}{{ include "f" . }}'
    templates = known(text, f="{{ .a }}\nz{{ .b }}")
    render_watched(templates, "t", {"a": 2, "b": 3}, lambda event: log.append(event_text(event)))
    assert log == [
        "t:1: $x = a: 1",
        't:2: $y = "s"',
        't:2: include "f" a: 1 ->\n  1\n  z<no value>',
        't:2: include "f"\n  a: 2\n  b: 3\n->\n  2\n  z3',
    ]


def test_dump_debug_logs_a_value() -> None:
    text = '{{ dump_debug . }}{{ dump_debug "a\\nb" }}{{ .x | dump_debug }}{{ dump_debug nil }}'
    assert logged(text, {"k": [1]}) == ["k:\n- 1", "a\nb", "null", "null"]


def test_printf_debug_logs_a_text() -> None:
    assert logged('{{ printf_debug "%d %v" 3 . }}{{ 3 | printf_debug "%05d" }}', "x") == [
        *("3 x", "00003")
    ]


def test_include_debug_and_tpl_debug_log_what_they_return() -> None:
    text = '{{ include_debug "f" 1 | upper }}{{ tpl_debug "t{{ . }}" 2 }}'
    assert logged(text, f="f{{ . }}\ng") == [
        *('include_debug "f" ->\n  f1\n  g', 'tpl_debug "t{{ . }}" -> "t2"')
    ]
    assert known(text, f="f{{ . }}").render("t", None) == "F1t2"


def test_functions_say_nothing_without_a_log() -> None:
    text = '[{{ dump_debug . }}{{ printf_debug "%d" 3 }}]'
    assert known(text).render("t", None) == known(text, print).render("t", None) == "[]"


def test_errors_of_includes_name_the_function_that_was_called() -> None:
    with pytest.raises(ExecutionError, match=r"calling include_debug: .*f:1:3.*<fail"):
        known('{{ include_debug "f" 1 }}', f='{{ fail "no" }}').render("t", None)


def test_values_are_shown_for_people() -> None:
    itself: dict[str, Any] = {}
    itself["me"] = itself
    assert shown(MISSING) == "<no value>"
    assert shown({"f": function(len, "any")}).startswith("map[f:0x")
    assert shown(itself) == "(nested too deeply, or inside itself)"


def test_long_values_are_cut() -> None:
    assert shortened("x" * MOST_CHARACTERS) == "x" * MOST_CHARACTERS
    assert shortened("x" * (MOST_CHARACTERS + 1)) == "x" * MOST_CHARACTERS + "..."
    assert shortened("\n" * 50) == "\n" * (MOST_LINES - 1) + "..."
    assert shown(list(range(99))).count("\n") == MOST_LINES - 1
