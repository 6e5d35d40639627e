"""Objects of any kind, generated from what a cluster declares of it.

First a shape is drawn: a few fields of each structure. Then objects of that shape, so that several
of them have much in common, as what was recorded, what is live and what a chart says do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from werfish.deploy.lists import is_set
from werfish.kube.resource import Gvk, Manifest
from werfish.kube.schema import Schema

Draw = Callable[[st.SearchStrategy[Any]], Any]

_MOSTLY = st.sampled_from((True, True, True, False))
DEEPEST = 8
FIELDS = 4
WORDS = ("a", "b", "c")
_BY_TYPE: dict[str, tuple[Any, ...]] = {
    "integer": (1, 2, 3),
    "number": (1, 2, 3),
    "boolean": (True, False),
}
_BY_FORMAT = {
    "byte": ("YQ==", "Yg=="),
    "date-time": ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"),
}
_SERVERS = {"status", "metadata", "apiVersion", "kind"}


@dataclass(frozen=True)
class Shape:
    """Some of the fields below *schema*; *leaves* are the values of a scalar."""

    schema: Schema
    fields: Mapping[str, "Shape"] = field(default_factory=dict)
    item: "Shape | None" = None
    leaves: tuple[Any, ...] = ()


def keys_in(schema: Schema) -> tuple[str, ...]:
    """Return the keys that tell the elements of a list apart."""
    return schema.list_map_keys or schema.merge_keys


@st.composite
def objects(draw: Draw, gvk: Gvk, schema: Schema, count: int) -> tuple[Manifest, ...]:
    """Draw *count* objects of a kind that have one shape."""
    names = _chosen(draw, schema, _SERVERS)
    fields = {name: _shape(draw, schema.field(name), 1) for name in names}
    labels = Shape(Schema({"type": "string"}), leaves=WORDS)
    return tuple(_object(draw, gvk, Shape(schema, fields), labels) for _ in range(count))


def _object(draw: Draw, gvk: Gvk, shape: Shape, labels: Shape) -> dict[str, Any]:
    metadata = {"name": "one", "labels": _map(draw, labels)}
    head = {"apiVersion": gvk.api_version, "kind": gvk.kind, "metadata": metadata}
    return head | _structure(draw, shape)


def _shape(draw: Draw, schema: Schema, depth: int) -> Shape:
    properties = _properties(schema)
    if schema.type == "array" and depth < DEEPEST:
        keys = keys_in(schema)
        return Shape(schema, item=_with_keys(draw, schema.items, keys, depth))
    if properties and depth < DEEPEST:
        return _with_keys(draw, schema, (), depth)
    if schema.type == "object":
        inner = schema.field("\0")
        is_map = inner.is_known and depth < DEEPEST
        return Shape(schema, item=_shape(draw, inner, depth + 1) if is_map else None)
    return Shape(schema, leaves=_leaves(schema))


def _with_keys(draw: Draw, schema: Schema, keys: tuple[str, ...], depth: int) -> Shape:
    """Draw the shape of an element: always with the *keys* that it is known by."""
    properties = _properties(schema)
    if not properties:
        return _shape(draw, schema, depth + 1)
    names = (*keys, *_chosen(draw, schema, set(keys)))
    return Shape(schema, {name: _shape(draw, schema.field(name), depth + 1) for name in names})


def _chosen(draw: Draw, schema: Schema, without: set[str]) -> list[str]:
    """Draw some of the fields: one that has fields itself, if there is any, and a few more."""
    names = sorted(set(_properties(schema)) - without)
    deep = [name for name in names if schema.field(name).type in {"object", "array"}]
    first = [draw(st.sampled_from(deep))] if deep else []
    rest = draw(st.lists(st.sampled_from(names), max_size=FIELDS)) if names else []
    return list(dict.fromkeys([*first, *rest]))


def _value(draw: Draw, shape: Shape) -> Any:
    if shape.leaves:
        return draw(st.sampled_from(shape.leaves))
    if shape.schema.type == "array":
        return _list(draw, shape)
    return _map(draw, shape.item) if shape.item else _structure(draw, shape)


def _structure(draw: Draw, shape: Shape, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    there = [name for name in shape.fields if name in keys or draw(_MOSTLY)]
    return {name: _value(draw, shape.fields[name]) for name in there}


def _map(draw: Draw, inner: Shape) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(WORDS), max_size=2, unique=True))
    return {name: _value(draw, inner) for name in names}


def _list(draw: Draw, shape: Shape) -> list[Any]:
    count, item, keys = draw(st.integers(0, 3)), shape.item, keys_in(shape.schema)
    if item is None:
        return []
    if not (item.fields or keys):
        found = [_value(draw, item) for _ in range(count)]
        return list(dict.fromkeys(found)) if is_set(shape.schema) else found
    found = [_structure(draw, item, keys) for _ in range(count)]
    if not keys:
        return found
    return list({tuple(str(one[key]) for key in keys): one for one in found}.values())


def _properties(schema: Schema) -> Mapping[str, Any]:
    node: Mapping[str, Any] = schema.resolved.get("properties") or {}
    return node


def _leaves(schema: Schema) -> tuple[Any, ...]:
    """Return some values of a scalar, as the API writes them."""
    if schema.is_quantity:
        return "1", "100m", "1Gi"
    if schema.is_int_or_string:
        return 80, "80", "http"
    node: Mapping[str, Any] = schema.resolved
    by_format: tuple[Any, ...] = _BY_FORMAT.get(str(node.get("format")), WORDS)
    return tuple(node.get("enum") or _BY_TYPE.get(schema.type) or by_format)
