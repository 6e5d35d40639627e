"""Splitting a file into documents: nothing is lost, and lines are where they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from werfish.config.document import Document, lines_of, split_documents


def test_documents_keep_their_text_and_line() -> None:
    text = "# first\na: 1\n---\nb: 2\n--- # why\nc: |\n  ---\n"
    assert split_documents(text) == (
        Document("# first\na: 1\n", 1),
        Document("b: 2\n", 4),
        Document("c: |\n  ---\n", 6),
    )


@pytest.mark.parametrize("text", ["", "\n\n", "---\n---", "# x\n--- \n  # y\n---", "\ufeff"])
def test_documents_of_nothing_are_left_out(text: str) -> None:
    assert split_documents(text) == ()


@pytest.mark.parametrize("line", [" ---", "----", "--- a", "---x#", "--", "...", "'---"])
def test_what_does_not_separate(line: str) -> None:
    assert len(split_documents(f"a\n{line}\nb")) == 1


@pytest.mark.parametrize("line", ["---", "---  ", "---\t", "--- # x", "--- #", "---#x"])
def test_what_separates(line: str) -> None:
    assert split_documents(f"a\r\n{line}\r\nb") == (Document("a\r\n", 1), Document("b", 3))


pieces = st.sampled_from(["---", "--- #", "a: 1", " b", "# c", "", "\x85", "\u2028"])
breaks = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(pieces, breaks).map("".join)).map("".join))
def test_every_line_is_found_where_the_document_says(text: str) -> None:
    lines = lines_of(text)
    for document in split_documents(text):
        inside = lines_of(document.text.rstrip("\n\r\x85\u2028"))
        begin = document.first_line - 1
        assert lines[begin : begin + len(inside)] == inside


@given(st.text())
def test_splitting_only_takes_lines_away(text: str) -> None:
    assert sum(len(document.text) for document in split_documents(text)) <= len(text)


def joined(documents: tuple[Document, ...]) -> str:
    """Put *documents* where they were, with separators for all that was between them."""
    text = ""
    for document in documents:
        missing = document.first_line - len(lines_of(text))
        text += "---\n" * missing + document.text
    return text


@given(st.lists(st.tuples(pieces, breaks).map("".join)).map("".join))
def test_joining_what_was_split_keeps_text_and_lines(text: str) -> None:
    documents = split_documents(text)
    assert split_documents(joined(documents)) == documents
