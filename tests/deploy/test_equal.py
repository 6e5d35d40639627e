"""Values that mean the same."""

from decimal import Decimal

import pytest

from werfish.deploy.equal import amount_of, is_nothing, is_same, is_within
from werfish.kube.schema import UNKNOWN, Schema

QUANTITY = Schema({"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"})


@pytest.mark.parametrize(
    ("left", "right"),
    [("0.1", "100m"), (1, "1"), ("1Gi", "1024Mi"), ("1e3", "1k"), (0.5, "500m"), ("2.", "2")],
)
def test_quantities_are_amounts(left: object, right: object) -> None:
    assert is_same(left, right, QUANTITY)
    assert not is_same(left, right, UNKNOWN)


@pytest.mark.parametrize("text", ["", "1Q", "x", "1 Gi", "--1", True, None, "1e999999999"])
def test_what_is_no_quantity(text: object) -> None:
    assert amount_of(text) is None


def test_amounts_are_exact() -> None:
    assert amount_of("0.3") == Decimal("0.3")
    assert not is_same("100m", "101m", QUANTITY)


def test_types_count() -> None:
    assert not is_same(1, True, UNKNOWN)
    assert not is_same(80, "80", UNKNOWN)


def test_nothing_is_what_the_api_leaves_out() -> None:
    assert all(map(is_nothing, [None, "", 0, False, {}, [], {"a": {"b": None}}]))
    assert not any(map(is_nothing, ["0", [{}], {"a": 1}]))


WHOLE = {"a": 1, "b": {"c": [{"d": "x", "e": 2}]}, "f": None}


@pytest.mark.parametrize("part", [{}, {"a": 1, "b": {"c": [{"d": "x"}]}}, {"f": None}])
def test_what_says_more_has_the_rest_within(part: object) -> None:
    assert is_within(part, WHOLE)


@pytest.mark.parametrize(
    "part", [{"a": True}, {"a": None}, {"g": 1}, {"b": {"c": []}}, {"b": {"c": [{"d": "y"}]}}]
)
def test_what_says_anything_else_is_not_within(part: object) -> None:
    assert not is_within(part, WHOLE)
