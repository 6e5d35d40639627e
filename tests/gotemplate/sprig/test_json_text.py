"""JSON as Go's ``encoding/json`` writes and reads it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.gotemplate.errors import GoError
from werfish.gotemplate.sprig.json_text import json_of
from werfish.gotemplate.sprig.json_values import value_of
from werfish.gotemplate.values import Int64, Map, Slice, any_key

texts = st.text(st.characters(exclude_categories=["Cs"]))
floats = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | floats | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


@given(values, st.booleans(), st.sampled_from(["", "  "]))
def test_what_is_written_is_read_back(value: Any, html: bool, indent: str) -> None:
    written = json_of(value, html=html, indent=indent)
    assert value_of(written) == value
    assert json.loads(written, parse_int=float) == value


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsn \\u\n', max_size=20))
def test_any_text_is_json_or_an_error(text: str) -> None:
    with suppress(GoError):
        value_of(text)


def test_keys_are_sorted_and_nil_containers_are_null() -> None:
    value = {"b": Slice("[]any", nil=True), "a": Map("map[string]any", nil=True), "c": Int64(1)}
    assert json_of(value) == '{"a":null,"b":null,"c":1}'


def test_keys_of_any_type_cannot_be_said() -> None:
    with pytest.raises(GoError, match=r"unsupported type: map\[interface \{\}\]interface \{\}"):
        json_of({"a": Map("map[any]any", {any_key("b"): 1})})


def test_nesting_too_deep_is_an_error() -> None:
    with pytest.raises(GoError):
        value_of("[" * 100_000)
