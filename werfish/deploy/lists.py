"""How the elements of two lists find each other: by their keys, as the schema declares. Pure."""

from collections.abc import Hashable, Sequence
from typing import Any

from werfish.kube.schema import Schema

Key = tuple[Hashable, ...]
_BY_NAME = Schema(
    {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
)


def keys_of(lists: Sequence[Sequence[Any]], schema: Schema) -> tuple[str, ...]:
    """Return the fields by which the elements of all *lists* can be told apart; empty if none.

    Server-side apply's keys tell more apart (a port by its protocol too) than those of strategic
    merge, which come second.
    """
    for keys in (schema.list_map_keys, schema.merge_keys):
        if keys and all(_are_apart(items, keys, schema) for items in lists):
            return keys
    return ()


def field_of(schema: Schema, name: str) -> Schema:
    """Return the schema of the field *name*.

    Secrets for pulling are told apart by name, of a ServiceAccount, too: OpenShift adds its own.
    """
    found = schema.field(name)
    is_list = name == "imagePullSecrets" and found.type == "array"
    return _BY_NAME if is_list and schema.is_strategic else found


def by_key(items: Sequence[Any], keys: tuple[str, ...], schema: Schema) -> dict[Key, Any]:
    """Return *items* by the values of their *keys*, in their order."""
    return {key_of(item, keys, schema): item for item in items}


def key_of(item: Any, keys: tuple[str, ...], schema: Schema) -> Key:
    """Return the values of the *keys* of one element; what it leaves out has its default."""
    return tuple(_value(item, key, schema) for key in keys)


def is_set(schema: Schema) -> bool:
    """Tell whether the list is a set of scalars."""
    return schema.is_set or schema.list_type == "set"


def _are_apart(items: Sequence[Any], keys: tuple[str, ...], schema: Schema) -> bool:
    if not all(isinstance(item, dict) for item in items):
        return False
    found = [key_of(item, keys, schema) for item in items]
    has_all = all(None not in key for key in found)
    return has_all and len(set(found)) == len(found)


def _value(item: Any, key: str, schema: Schema) -> Hashable:
    value = item.get(key)
    if value is None:
        value = schema.items.field(key).node.get("default")
    return value if isinstance(value, str | int | float | None) else str(value)
