"""What is written by hand reads as what a library writes, in Go's YAML and in Python's."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from werfish.helm.yaml_block import BlockWriter, UnusualError
from werfish.helm.yaml_text import dump, load

SAMPLES = (
    "",
    "a",
    "on",
    "null",
    "1",
    "1e3",
    "a: b",
    "a:b",
    "- a",
    "a #b",
    "it's",
    "{}",
    "---",
    "~",
)
TEXTS = st.text("ab \n\t:#-'\"{}1.|>é", max_size=12) | st.sampled_from(SAMPLES)
ATOMS = st.none() | st.booleans() | st.integers() | TEXTS


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)


DATA = st.dictionaries(TEXTS, st.recursive(ATOMS, nested, max_leaves=12), max_size=4)


@given(DATA)
def test_what_is_written_reads_as_it_was(data: dict[str, Any]) -> None:
    assert load(dump(data)) == data


@given(DATA.filter(bool))
def test_others_read_the_same(data: dict[str, Any]) -> None:
    try:
        text = BlockWriter(lambda text: yaml.safe_load(text) != text).document(data)
    except UnusualError:
        return
    assert yaml.load(text, yaml.CSafeLoader) == data
    assert "\n---" not in f"\n{text}"


def test_the_form_is_helms() -> None:
    data = {
        "kind": "ConfigMap",
        "metadata": {"name": "a", "labels": {}},
        "data": {"on": "1", "port": 8080, "file": "a=b\n\n  c: d\n", "end": "x\ny"},
        "list": ["a", {"b": "it's", "c": [1, [None, True]]}, []],
    }
    assert dump(data) == (
        "kind: ConfigMap\nmetadata:\n  name: a\n  labels: {}\n"
        "data:\n  'on': '1'\n  port: 8080\n  file: |\n    a=b\n\n      c: d\n"
        "  end: |-\n    x\n    y\n"
        "list:\n- a\n- b: 'it''s'\n  c:\n  - 1\n  - - null\n    - true\n- []\n"
    )


@pytest.mark.parametrize("value", ["é", "\x07", " a\nb", "a\nb\n\n", 1.5, {1: 2}, {"a" * 101: 1}])
def test_what_is_unusual_is_left_to_the_library(value: object) -> None:
    with pytest.raises(UnusualError):
        BlockWriter(lambda text: False).document({"a": value})
    assert load(dump({"a": value})) == {"a": value if value != {1: 2} else {"1": 2}}
