"""Cutting templates into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gotemplate.rendering import error_of
from werfish.gotemplate.lexer import tokens_of


def kinds(text: str, *delimiters: str) -> list[tuple[str, str]]:
    """Return the kinds and texts of the tokens of *text*, without the end."""
    return [(each.kind, each.text) for each in tokens_of(text, *delimiters)][:-1]


def test_text_and_action_alternate() -> None:
    assert kinds("a {{ .x.y }}b") == [
        ("text", "a "),
        ("left", "{{"),
        ("field", ".x"),
        ("field", ".y"),
        ("right", "}}"),
        ("text", "b"),
    ]


def test_trim_markers_take_the_space_beside_them() -> None:
    assert kinds("a \n{{- 3 -}}\n b") == [
        ("text", "a"),
        ("left", "{{- "),
        ("number", "3"),
        ("right", "}}"),
        ("text", "b"),
    ]


def test_minus_without_space_is_a_number() -> None:
    assert ("number", "-3") in kinds("{{-3}}")


def test_comments_leave_nothing() -> None:
    assert kinds("a{{/* c */}}b {{- /* d\n */ -}} c") == [
        ("text", "a"),
        ("text", "b"),
        ("text", "c"),
    ]


def test_space_is_remembered_by_the_token_after_it() -> None:
    spaced = [each.spaced for each in tokens_of("{{a .b}}")]
    assert spaced == [False, False, True, False, False]


def test_delimiters_can_be_others() -> None:
    assert kinds("{{ x }}[[ project ]]", "[[", "]]") == [
        ("text", "{{ x }}"),
        ("left", "[["),
        ("identifier", "project"),
        ("right", "]]"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ x", "unclosed action"),
        ("{{/* x", "unclosed comment"),
        ("{{/* x */ }}", "comment ends before closing delimiter"),
        ('{{ "x }}', "unterminated quoted string"),
        ("{{ `x }}", "unterminated raw quoted string"),
        ("{{ 'x }}", "unterminated character constant"),
        ("{{ : }}", "expected :="),
        ("{{ ( }}", "unclosed left paren"),
        ("{{ ) }}", "unexpected right paren"),
        ("{{ 12a }}", 'bad number syntax: "12a"'),
        ('{{-include "x" .}}', 'bad number syntax: "-in"'),
        ("{{ -x }}", 'bad number syntax: "-x"'),
        ("{{ +x }}", 'bad number syntax: "+x"'),
        ("{{ 1-a }}", 'bad number syntax: "1-a"'),
        ("{{ 1e+a }}", 'bad number syntax: "1e+a"'),
        ("{{ .x$ }}", "bad character U+0024 '$'"),
        ("{{ \x01 }}", "unrecognized character in action: U+0001"),
    ],
)
def test_mistake_is_the_last_token(text: str, message: str) -> None:
    last = tokens_of(text)[-1]
    assert (last.kind, last.text) == ("error", message)


@given(st.text(alphabet="{}-/*.\"`'$|()=:, \nax0é\udcff", max_size=40))
def test_any_text_has_an_end(text: str) -> None:
    assert tokens_of(text)[-1].kind in {"error", "end of file"}


@given(st.text(alphabet='-+.0x1_e`i|()} a$"', max_size=12))
def test_any_action_has_an_end(text: str) -> None:
    """No token is empty: the lexer would find it for ever."""
    tokens = tokens_of(f"{{{{{text}")
    assert tokens[-1].kind in {"error", "end of file"}
    assert all(each.text for each in tokens[:-1])


@given(st.text(max_size=60).filter(lambda text: "{{" not in text))
def test_text_without_actions_is_one_token(text: str) -> None:
    assert kinds(text) == ([("text", text)] if text else [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param('{{ "a""b" }}', r'1: unexpected "\"b\"" in operand', id="quotes"),
        pytest.param("{{ \\ }}", r'1: unexpected "\\" in command', id="backslash"),
        pytest.param("{{ 1 }}\n{{/* a", "2: unclosed comment", id="comment-after-an-action"),
        pytest.param(
            "{{ print\n1 ) }}", "2: unexpected right paren in action started at t:1", id="begun"
        ),
    ],
)
def test_what_go_says_of_a_token(text: str, problem: str) -> None:
    assert error_of(text) == f"template: t:{problem}"
