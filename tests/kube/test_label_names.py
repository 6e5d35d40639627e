"""Names and values as the API server takes them."""

import pytest

from werfish.kube.label_names import name_problem, value_problem


@pytest.mark.parametrize("name", ["a", "A_b.c-1", "example.com/team", "x" * 63, "a.b/" + "y" * 63])
def test_names(name: str) -> None:
    assert name_problem(name) == ""


@pytest.mark.parametrize(
    "name",
    ["", "-a", "a-", "a b", "x" * 64, "/a", "a/", "a/b/c", "Example.com/a", "a" * 254 + "/b"],
)
def test_what_is_no_name(name: str) -> None:
    assert name in name_problem(name)
    assert "is no name" in name_problem(name)


@pytest.mark.parametrize("value", ["", "a", "1", "v1.2_x-y", "x" * 63])
def test_values(value: str) -> None:
    assert value_problem(value) == ""


@pytest.mark.parametrize("value", ["a b", "-", "a/b", "x" * 64, "ä"])
def test_what_is_no_value(value: str) -> None:
    assert "is no value of a label" in value_problem(value)
