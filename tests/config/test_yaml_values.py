"""What scalars mean to werf's YAML library, and how Go prints that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.reading import scalar, value
from werfish.config.yaml_values import go_text_of, json_value


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1e21", "1e+21"),
        ("0x1F", "31"),
        ("0b101", "5"),
        ("010", "8"),
        ("08", "8"),
        ("0o17", "15"),
        ("-7", "-7"),
        ("+7", "7"),
        ("1_000", "1000"),
        ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("yes", "true"),
        ("Off", "false"),
        ("y", "true"),
        ("~", "<nil>"),
        ("", "<nil>"),
        ("null", "<nil>"),
        (".inf", "+Inf"),
        ("-.inf", "-Inf"),
        (".nan", "NaN"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("12:30", "12:30"),
        ('"1"', "1"),
        ('"1.10"', "1.10"),
        ('"yes"', "yes"),
        ("'~'", "~"),
        ('""', ""),
        ("!!str 1.10", "1.10"),
        ("!!str yes", "yes"),
        ("!!float 1", "1"),
        ("!!int x", "x"),
        ("a b", "a b"),
        ("1.2.3", "1.2.3"),
        ("v1", "v1"),
    ],
)
def test_how_go_prints_build_arguments(written: str, printed: str) -> None:
    assert go_text_of(value(written)) == printed


def test_lists_and_sections_print_as_nothing() -> None:
    """They are no build arguments; the checks refuse them."""
    assert go_text_of(value("[a]")) == go_text_of(value("{a: b}")) == ""


@given(st.integers(-(2**63), 2**64 - 1))
def test_whole_numbers_are_themselves(number: int) -> None:
    assert go_text_of(value(str(number))) == str(number)


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_what_is_in_quotes_is_text(text: str) -> None:
    written = "'" + text.replace("'", "''") + "'"
    assert go_text_of(value(written)) == json_value(value(written)) == text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0644", 420),
        ('"0644"', "0644"),
        ("1.5", 1.5),
        ("yes", True),
        ("~", None),
        ("2024-01-01", "2024-01-01"),
        ("[1, a, [~]]", [1, "a", [None]]),
        ("{a: {b: no}, 1: x}", {"a": {"b": False}, "1": "x"}),
    ],
)
def test_values_as_json(written: str, expected: object) -> None:
    assert json_value(value(written)) == expected


def test_a_tag_that_does_not_fit_leaves_the_text() -> None:
    assert json_value(scalar("!!int x")) == "x"
