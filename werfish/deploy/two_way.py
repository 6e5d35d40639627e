"""Two-way merge: only what the chart changed since the record is changed in the live object. Pure.

Laws: where *recorded* and *desired* say the same, the live object is left as it is, drifted or
not; what differs between them is merged as a three-way merge would. It is what Helm 2 and werf 1.1
did; `werfish.deploy.merging` says what is told of the drift.
"""

from collections.abc import Mapping
from typing import Any

from werfish.deploy.equal import is_identical
from werfish.deploy.lists import Key, by_key, field_of, is_set, keys_of
from werfish.deploy.merge import Merge, normal, three_way
from werfish.kube.resource import Manifest
from werfish.kube.schema import UNKNOWN, Schema

Elements = dict[Key, Any]
Pair = tuple[Any, Any]
"""What of the record, and what of the chart, is to be merged."""


def two_way(
    recorded: Manifest | None, live: Manifest, desired: Manifest, schema: Schema = UNKNOWN
) -> Merge:
    """Merge into *live* what *desired* changes against what was *recorded*; see `three_way`."""
    old = normal(recorded) if recorded is not None else {}
    before, after = _maps(old, live, normal(desired), schema)
    return three_way(before, live, after, schema)


def _maps(old: Manifest, live: Manifest, new: Manifest, schema: Schema) -> Pair:
    before = {key: value for key, value in old.items() if key not in new}
    after = {key: value for key, value in new.items() if key not in old}
    for key in old.keys() & new.keys():
        if not is_identical(old[key], new[key]):
            before[key], after[key] = _values(
                old[key], live.get(key), new[key], field_of(schema, key)
            )
    return before, after


def _values(old: Any, live: Any, new: Any, schema: Schema) -> Pair:
    """Return what differs between *old* and *new*; all of it where the live object has nothing."""
    values = (old, live, new)
    if all(isinstance(value, Mapping) for value in values) and not schema.retains_keys:
        return _maps(old, live, new, schema)
    if all(isinstance(value, list) for value in values):
        return _lists(old, live, new, schema)
    return old, new


def _lists(old: list[Any], live: list[Any], new: list[Any], schema: Schema) -> Pair:
    if is_set(schema):
        return [one for one in old if one not in new], [one for one in new if one not in old]
    keys = keys_of((old, live, new), schema)
    if not keys:
        return old, new
    before, after = by_key(old, keys, schema), by_key(new, keys, schema)
    present = by_key(live, keys, schema)
    for key in before.keys() & after.keys():
        if is_identical(before[key], after[key]):
            _leave(key, before, after, present)
        elif key in present and not schema.retains_keys:
            named = {name: value for name, value in after[key].items() if name in keys}
            left, right = _maps(before[key], present[key], after[key], schema.items)
            before[key], after[key] = {**named, **left}, {**named, **right}
    return list(before.values()), list(after.values())


def _leave(key: Key, before: Elements, after: Elements, present: Elements) -> None:
    """Have the element *key* be what it is; it keeps its place in the chart's order."""
    if key in present:
        before[key] = after[key] = present[key]
    else:
        del before[key], after[key]
