"""From YAML to nodes: texts as they were written, positions, anchors, and what is no YAML."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from werfish.config.document import Document
from werfish.config.errors import Problem
from werfish.config.nodes import (
    Items,
    Node,
    Position,
    Scalar,
    ScalarKind,
    Table,
    flag_of,
    is_null,
    pairs_of,
    tables_of,
    text_of,
    texts_of,
)
from werfish.config.parse import parse_document


def parsed(text: str, first_line: int = 1) -> Node | Problem | None:
    return parse_document(Document(text, first_line))


def table(text: str) -> Table:
    found = parsed(text)
    assert isinstance(found, Table)
    return found


def test_scalars_keep_the_text_that_was_written() -> None:
    found = table("a: 8080\nb: 1.10\nc: true\nd: 0x1F\ne: 2024-01-01\nf: 'q'\ng: 1_000")
    texts = [text_of(found, key) for key in "abcdefg"]
    assert texts == ["8080", "1.10", "true", "0x1F", "2024-01-01", "q", "1_000"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("~", ScalarKind.NULL),
        ("null", ScalarKind.NULL),
        ('"~"', ScalarKind.TEXT),
        ("''", ScalarKind.TEXT),
        ("Yes", ScalarKind.FLAG),
        ("false", ScalarKind.FLAG),
        ("'true'", ScalarKind.TEXT),
        ("12", ScalarKind.TEXT),
    ],
)
def test_kinds_of_scalars(text: str, kind: ScalarKind) -> None:
    assert parsed(text) == Scalar(Position(1, 1), text.strip("'\""), kind)


def test_positions_count_from_the_beginning_of_the_file() -> None:
    found = parsed("# x\na:\n- é: b", first_line=10)
    assert isinstance(found, Table)
    (inner,) = tables_of(found, "a")
    assert (found.position, inner.position) == (Position(11, 1), Position(12, 3))
    assert inner.entries[0].value.position == Position(12, 6)


def test_anchors_and_merges() -> None:
    text = """\
base: &base {a: 1, b: 2}
other: &other {b: 3, c: 4}
merged: {<<: [*base, *other], a: 0}
"""
    assert dict(pairs_of(table(text), "merged")) == {"a": "0", "b": "2", "c": "4"}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert text_of(table("'<<': 1"), "<<") == "1"


def test_reading_what_is_absent_or_of_another_shape() -> None:
    found = table("list: [1]\nnothing: ~\nflag: on")
    assert text_of(found, "list") == text_of(found, "nothing") == text_of(found, "gone") == ""
    assert texts_of(found, "list") == ("1",)
    assert tables_of(found, "flag") == ()
    assert flag_of(found, "flag", default=False)
    assert flag_of(found, "gone", default=True)
    assert pairs_of(found, "list") == ()


def test_nothing_is_nothing() -> None:
    assert parsed("# only a comment") is None


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        pytest.param("a: b: c", 1, 5, 'quote a text that contains ": "', id="colon"),
        pytest.param("a:\n\tb: 1", 2, 1, "spaces, not tabs", id="tab"),
        pytest.param("a: 1\n b: 2", 2, 3, "not YAML", id="indentation"),
        pytest.param("a: 1\nb 2\nc: 3", 2, 1, "ends with a colon", id="colon"),
        pytest.param("a: 'x", 1, 6, "unexpected end of stream", id="quote"),
        pytest.param("a: \x07", 1, 4, "character '\\x07'", id="control-character"),
        pytest.param("a: \udcff", 1, 4, "byte 0xff is not UTF-8 text", id="byte"),
        pytest.param("a: *b", 1, 4, 'marked "&b"', id="no-anchor"),
        pytest.param("a: &b [*b]", 1, 8, 'marked "&b"', id="anchor-in-itself"),
        pytest.param("a: 1\n--- {b: 1}", 2, 1, "another document", id="document"),
        pytest.param("? [a]\n: 1", 1, 3, "a key must be a text", id="key"),
        pytest.param("<<: 1", 1, 5, "merged", id="merge"),
        pytest.param("[" * 100_000, 1, 51, "50 levels", id="deep"),
        pytest.param("%YAML 9.9\n---\na", 1, 1, "incompatible", id="version"),
    ],
)
def test_what_cannot_be_read(text: str, line: int, column: int, said: str) -> None:
    found = parsed(text)
    assert isinstance(found, Problem)
    assert (found.line, found.column) == (line, column)
    assert said in found.text


def test_aliases_are_no_copies() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 12)]
    assert len(table("\n".join(lines)).entries) == 12


def test_aliases_that_multiply_are_refused() -> None:
    """Thirty levels of doubled aliases are a thousand million values for who walks over them."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    found = parsed("\n".join(lines))
    assert isinstance(found, Problem)
    assert (found.line, "more than 100000 values" in found.text) == (16, True)


def test_aliases_count_as_levels() -> None:
    """Otherwise a chain of them would end the process of who walks down."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 400)]
    found = parsed("\n".join(lines))
    assert isinstance(found, Problem)
    assert (found.line, found.text) == (50, "more than 50 levels in each other")


texts = st.text(st.characters(exclude_characters="\x85\u2028\u2029", exclude_categories=["Cs"]))
"""Without the line breaks that the library itself does not write well."""
plain = st.none() | st.booleans() | st.integers() | texts
trees = st.recursive(
    plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)


def unified(value: object) -> object:
    if isinstance(value, dict):
        return {key: unified(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [unified(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def plainly(node: Node | Problem | None) -> object:
    match node:
        case Table():
            return {entry.key.text: plainly(entry.value) for entry in node.entries}
        case Items():
            return [plainly(item) for item in node.items]
        case Scalar():
            return None if is_null(node) else node.text
        case _:
            return node


@given(trees)
def test_what_yaml_writes_is_read_back(tree: object) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, width=40)
    assert plainly(parsed(text)) == unified(tree)
