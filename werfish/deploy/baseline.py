"""What the cluster may hold of an object because this release once said so. Pure.

The deployed revision counts whole. Of revisions that failed, or were killed, it is not known how
far they came: a field that only such a record names counts where the live object says the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from werfish.deploy.equal import is_same
from werfish.deploy.lists import by_key, field_of, keys_of
from werfish.deploy.merge import normal
from werfish.kube.resource import Manifest
from werfish.kube.schema import Schema


def baseline(
    deployed: Manifest | None, attempts: Sequence[Manifest], live: Manifest, schema: Schema
) -> Manifest:
    """Return the *deployed* manifest with what *attempts* left in the *live* object."""
    known: Any = normal(deployed) if deployed is not None else {}
    for attempt in attempts:
        known = _extended(known, normal(attempt), live, schema)
    result: Manifest = known
    return result


def _extended(known: Manifest, attempt: Manifest, live: Manifest, schema: Schema) -> Manifest:
    result = dict(known)
    for key, value in attempt.items():
        if key in live:
            found = _known_part(known.get(key), value, live[key], field_of(schema, key))
            if found is not None:
                result[key] = found
    return result


def _known_part(known: Any, value: Any, live: Any, schema: Schema) -> Any:
    """Return what is known of one field, ``None`` for nothing."""
    if isinstance(value, Mapping) and isinstance(live, Mapping):
        inner = known if isinstance(known, Mapping) else {}
        return _extended(inner, value, live, schema) or known
    if isinstance(value, list) and isinstance(live, list):
        return _known_elements(known if isinstance(known, list) else [], value, live, schema)
    return value if known is None and is_same(live, value, schema) else known


def _known_elements(known: list[Any], value: list[Any], live: list[Any], schema: Schema) -> Any:
    keys = keys_of((known, value, live), schema)
    if not keys:
        return known or (value if all(item in live for item in value) else None)
    result, present = by_key(known, keys, schema), by_key(live, keys, schema)
    for key, item in by_key(value, keys, schema).items():
        if key in present:
            found = _known_part(result.get(key), item, present[key], schema.items)
            if found is not None:
                result[key] = found
    return list(result.values()) or None
