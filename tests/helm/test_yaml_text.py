"""YAML is read as Go reads it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.helm.yaml_text import YamlError, dump, load


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 15),
        ("08", 8),
        ("0b11", 3),
        ("1_000", 1000),
        ("1e3", 1000),
        ("1.5", 1.5),
        ("1.0", 1),
        ("22:22", "22:22"),
        ("2001-01-01", "2001-01-01"),
        ("1.2.3", "1.2.3"),
        ("yes", True),
        ("y", True),
        ("off", False),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ("12ab", "12ab"),
        ("v1", "v1"),
    ],
)
def test_scalars_are_gos(text: str, expected: object) -> None:
    value = load(f"a: {text}")["a"]
    assert value == expected
    assert type(value) is type(expected)


def test_keys_are_strings() -> None:
    assert load("{1: a, true: b, y: c, ~: d}") == {"1": "a", "true": "c", "null": "d"}


def test_merge_keys_and_anchors_work() -> None:
    text = "base: &base {a: 1, b: 2}\nnext:\n  <<: *base\n  b: 3\n"
    assert load(text)["next"] == {"a": 1, "b": 3}


def test_a_key_that_is_there_twice_is_an_error_with_its_line() -> None:
    with pytest.raises(YamlError, match='key "a" is there twice') as caught:
        load("b: 1\na: 1\na: 2\n")
    assert caught.value.line == 3


def test_what_is_not_yaml_says_where() -> None:
    with pytest.raises(YamlError) as caught:
        load("a: 1\nb: [\n")
    assert caught.value.line == 3


scalars = st.none() | st.booleans() | st.integers() | st.text()
data = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)
printable = data.filter(lambda value: "\\x" not in repr(value) and "\\u" not in repr(value))


@given(printable)
def test_what_is_written_reads_the_same(value: Any) -> None:
    assert load(dump({"value": value})) == {"value": value}


@pytest.mark.parametrize("text", ["y", "1e3", "0o17", "22:22", "yes", "null", "2001-01-01", "08"])
def test_strings_that_look_like_something_else_are_quoted(text: str) -> None:
    assert dump({text: text}) in {f"'{text}': '{text}'\n", f'"{text}": "{text}"\n'}
