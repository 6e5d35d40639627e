"""Helm's messages in the user's terms."""

import pytest

from werfish.helm.render_errors import broken_line, problem_of


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "json: cannot unmarshal string into Go value of type releaseutil.SimpleHead",
            "the result is not an object of Kubernetes: cannot unmarshal string",
        ),
        (
            "json: cannot unmarshal array into Go struct field .metadata.annotations of type map",
            "the result is not an object of Kubernetes: cannot unmarshal array into "
            "Go struct field .metadata.annotations",
        ),
    ],
)
def test_text_that_is_yaml_and_no_object(said: str, told: str) -> None:
    message = "YAML parse error on s/templates/a.yaml: error unmarshaling JSON: while decoding "
    assert problem_of(f"{message}JSON: {said}") == told


def test_text_that_is_not_yaml() -> None:
    message = "YAML parse error on s/templates/a.yaml: error converting YAML to JSON: yaml: line 2"
    assert problem_of(message) == "the result is not YAML: yaml: line 2"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: {x: 1, :\nc: 1", "b: {x: 1, :"),
        ("a: 1\n---\nb: 1\nx: a: b", "x: a: b"),
        ("# one\na: [1\n---\nb: 1", "a: [1"),
    ],
)
def test_the_line_that_is_not_yaml_is_that_of_its_own_document(text: str, line: str) -> None:
    """Helm counts lines from the beginning of a document, and some of them from 0."""
    found = broken_line(text)
    assert found is not None
    assert found[0].startswith("the result is not YAML: ")
    assert found[1] == line


def test_what_is_yaml_has_no_broken_line() -> None:
    assert broken_line("a: 1\n---\nb: 1\n") is None
