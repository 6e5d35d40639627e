"""Helm's messages in the user's terms."""

import pytest

from werfish.helm.render_errors import problem_of


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
