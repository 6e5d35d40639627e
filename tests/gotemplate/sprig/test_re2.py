"""Go's regular expressions on top of Python's."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.gotemplate.sprig.re2 import linear as linear_module
from werfish.gotemplate.sprig.re2.classes import LAST, Spans, complement, named, union
from werfish.gotemplate.sprig.re2.errors import RegexError
from werfish.gotemplate.sprig.re2.matching import (
    compiled,
    find_all,
    quote_meta,
    replace_all,
    replace_all_literal,
    split,
)
from werfish.gotemplate.sprig.re2.syntax import translate

pattern_texts = st.text(alphabet="ab01()[]{}*+?|^$.\\-,:=!<>PQEpLdswWzAxi ^é\n", max_size=14)
plain_texts = st.text(alphabet="ab01(.*é\n", max_size=10)
points = st.integers(0, LAST)
spans = st.lists(st.tuples(points, points).map(lambda ends: (min(ends), max(ends))), max_size=5)


@given(pattern_texts, plain_texts)
def test_any_text_is_a_pattern_or_a_regex_error(pattern: str, text: str) -> None:
    """Nothing that Go refuses reaches Python's compiler, and nothing else is refused by it."""
    with suppress(RegexError):
        find_all(compiled(pattern), text, -1)


@given(st.text())
def test_quoted_text_matches_itself(text: str) -> None:
    regex = compiled(rf"\A{quote_meta(text)}\z")
    assert [match[0] for match in find_all(regex, text, -1)] == [text]


@given(plain_texts, st.sampled_from(["a", "b*", "[01]", "", "(?s)."]))
def test_replacing_matches_by_themselves_changes_nothing(text: str, pattern: str) -> None:
    assert replace_all(compiled(pattern), text, "$0") == text


@given(plain_texts)
def test_pieces_joined_again_are_the_text(text: str) -> None:
    assert "a".join(split(compiled("a"), text, -1)) == text


@given(spans)
def test_the_complement_of_the_complement_is_the_set(ranges: list[tuple[int, int]]) -> None:
    together: Spans = union([tuple(ranges)])
    assert complement(complement(together)) == together


@given(spans, points)
def test_a_point_is_in_a_set_or_in_its_complement(
    ranges: list[tuple[int, int]], point: int
) -> None:
    together = union([tuple(ranges)])
    sides = [
        any(low <= point <= high for low, high in side) for side in (together, complement(together))
    ]
    assert sorted(sides) == [False, True]


@pytest.mark.parametrize(
    ("name", "letter", "is_member"),
    [
        pytest.param("Lu", "É", True, id="category"),
        pytest.param("L", "日", True, id="one-letter"),
        pytest.param("Greek", "\u03b1", True, id="script"),
        pytest.param("greek", "a", False, id="script-in-small-letters"),
        pytest.param("Uppercase_Letter", "A", True, id="long-name"),
    ],
)
def test_unicode_classes_have_names(name: str, letter: str, is_member: bool) -> None:
    members = named(name)
    assert members is not None
    assert any(low <= ord(letter) <= high for low, high in members) is is_member


@pytest.mark.parametrize(
    ("pattern", "text", "template", "printed"),
    [
        pytest.param("(a)", "xay", "<${01}>", "x<>y", id="a-number-begins-with-no-zero"),
        pytest.param("(a)", "xay", "<${0}${1}>", "x<aa>y", id="numbers"),
        pytest.param(r"\B", "Aé1é-Ax", "_", "Aé1é_-A_x", id="not-within-a-letter"),
        pytest.param("(?)a", "xay", "b", "xby", id="no-flags"),
    ],
)
def test_what_go_replaces(pattern: str, text: str, template: str, printed: str) -> None:
    assert replace_all(compiled(pattern), text, template) == printed


def test_nothing_is_one_piece_also_for_flags_alone() -> None:
    assert split(compiled("(?i)"), "", -1) == [""]
    assert split(compiled(""), "", -1) == []


def test_a_literal_replacement_has_no_references() -> None:
    assert replace_all_literal(compiled("b"), "abc", "$0") == "a$0c"


@given(pattern_texts, plain_texts)
def test_re2_itself_finds_the_same_as_python(pattern: str, text: str) -> None:
    """An empty turn of a repetition is counted in other ways; so only patterns without one are."""
    with suppress(RegexError):
        regex = compiled(pattern)
        own = re.compile(translate(pattern).pattern)
        if not any(mark in pattern for mark in "*+?{|"):
            found, expected = regex.compiled.search(text), own.search(text)
            assert (found and found.span()) == (expected and expected.span())


def test_no_pattern_takes_longer_than_the_text_is_long() -> None:
    assert compiled("(a+)+$").compiled.search("a" * 5000 + "b") is None


def test_text_that_is_no_unicode_is_searched_by_python() -> None:
    match = compiled(r"b+").compiled.search("\udc80abbc")
    assert match is not None
    assert match.span() == (2, 4)


@pytest.fixture
def without_re2() -> Iterator[None]:
    """Let the package be none that can be imported."""
    linear_module.library.cache_clear()
    found = sys.modules.get("re2")
    sys.modules["re2"] = None  # type: ignore[assignment]
    yield
    linear_module.library.cache_clear()
    del sys.modules["re2"]
    if found is not None:
        sys.modules["re2"] = found


@pytest.mark.usefixtures("without_re2")
def test_without_re2_python_searches() -> None:
    own = re.compile("a|b")
    assert linear_module.linear("a|b", own) is own
