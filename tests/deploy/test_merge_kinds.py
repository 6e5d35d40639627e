"""The laws of the merge hold for every built-in kind, with all that its schema declares."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deploy.generated import objects
from tests.fakes.patches import merged as patched
from tests.kube.built_in import built_in
from werfish.deploy.equal import is_nothing, is_same
from werfish.deploy.lists import by_key, is_set, keys_of
from werfish.deploy.merge import normal, three_way
from werfish.deploy.two_way import two_way
from werfish.kube.resource import Gvk
from werfish.kube.schema import Schema

KINDS = sorted(built_in())
ABSENT: Any = object()


@pytest.mark.parametrize("gvk", KINDS, ids=lambda gvk: f"{gvk.kind}.{gvk.version}.{gvk.group}")
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_the_laws_hold(gvk: Gvk, data: st.DataObject) -> None:
    schema = built_in()[gvk]
    old, live, new = data.draw(objects(gvk, schema, 3))
    live = normal(live)
    result = three_way(old, live, new, schema)
    recorded, wanted = normal(old), normal(new)
    assert list(unmet(wanted, result.merged, recorded, schema)) == []
    assert list(lost(recorded, live, wanted, result.merged, schema)) == []
    assert list(left(recorded, live, wanted, result.merged, schema)) == []
    assert three_way(new, result.merged, new, schema).patch == {}
    assert patched(live, result.patch) == result.merged
    assert three_way(live, live, live, schema).patch == {}
    assert two_way(new, live, new, schema).patch == {}
    assert two_way(None, live, new, schema) == three_way(None, live, new, schema)


def unmet(new: Any, found: Any, old: Any, schema: Schema, path: str = "") -> Iterator[str]:
    """Yield what the chart states and the merge has not."""
    if found is ABSENT:
        if not is_nothing(new):
            yield path
    elif isinstance(new, dict) and isinstance(found, dict):
        for key, value in new.items():
            before = old.get(key) if isinstance(old, dict) else None
            yield from unmet(
                value, found.get(key, ABSENT), before, schema.field(key), f"{path}.{key}"
            )
    elif isinstance(new, list) and isinstance(found, list):
        yield from unmet_elements(new, found, schema, path)
    elif not is_same(found, new, schema):
        yield path


def unmet_elements(new: list[Any], found: list[Any], schema: Schema, path: str) -> Iterator[str]:
    keys = keys_of((new, found), schema)
    if is_set(schema):
        yield from (f"{path}[{item}]" for item in new if item not in found)
    elif keys:
        there = by_key(found, keys, schema)
        for key, item in by_key(new, keys, schema).items():
            yield from unmet(item, there.get(key, ABSENT), {}, schema.items, f"{path}[{key}]")
        order = [key for key in there if key in by_key(new, keys, schema)]
        if order != list(by_key(new, keys, schema)):
            yield f"{path}: order"
    elif len(new) != len(found):
        yield path
    else:
        for index, item in enumerate(new):
            yield from unmet(item, found[index], {}, schema.items, f"{path}[{index}]")


def lost(
    old: Any, live: Any, new: Any, found: Any, schema: Schema, path: str = ""
) -> Iterator[str]:
    """Yield what is live, named by neither record nor chart, and not in the merge."""
    if found is None:  # the server leaves out what is empty
        found = type(live)()
    if isinstance(live, dict) and isinstance(new, dict):
        is_another = path == ".spec.updateStrategy" and live.get("type") != new.get("type")
        if schema.retains_keys or is_another:  # one of several kinds: the others' fields go
            return
        before = old if isinstance(old, dict) else {}
        for key, value in live.items():
            where = f"{path}.{key}"
            if key in new:
                yield from lost(
                    before.get(key), value, new[key], found.get(key), schema.field(key), where
                )
            elif key not in before and found.get(key) != value:
                yield where
            elif key in before and schema.field(key).field("\0").is_known:
                others = value.keys() - before[key].keys() - (found.get(key) or {}).keys()
                yield from (f"{where}.{name}" for name in others)
    elif isinstance(live, list) and isinstance(new, list):
        yield from lost_of_list(
            old if isinstance(old, list) else [], live, new, found, schema, path
        )


def lost_of_list(
    old: list[Any], live: list[Any], new: list[Any], found: list[Any], schema: Schema, path: str
) -> Iterator[str]:
    if is_set(schema):
        others = [item for item in live if item not in old and item not in new]
        yield from (f"{path}[{item}]" for item in others if item not in found)
    elif keys := keys_of((old, live, new), schema):
        yield from lost_elements(old, live, new, found, schema, path, keys)


def lost_elements(
    old: list[Any],
    live: list[Any],
    new: list[Any],
    found: list[Any],
    schema: Schema,
    path: str,
    keys: tuple[str, ...],
) -> Iterator[str]:
    before, wanted = by_key(old, keys, schema), by_key(new, keys, schema)
    there = by_key(found, keys, schema)
    for key, item in by_key(live, keys, schema).items():
        where = f"{path}[{key}]"
        if key in wanted and not schema.retains_keys:
            yield from lost(before.get(key), item, wanted[key], there[key], schema.items, where)
        elif key not in wanted and key not in before and there.get(key) != item:
            yield where


def left(
    old: Any, live: Any, new: Any, found: Any, schema: Schema, path: str = ""
) -> Iterator[str]:
    """Yield what the chart dropped and the merge still has."""
    if isinstance(old, dict) and isinstance(new, dict) and isinstance(live, dict):
        for key, value in old.items():
            where, present = f"{path}.{key}", found.get(key, ABSENT)
            if key in new:
                yield from left(value, live.get(key), new[key], present, schema.field(key), where)
            elif present is not ABSENT and not is_of_others(value, present, schema.field(key)):
                yield where
    elif all(isinstance(one, list) for one in (old, live, new, found)):
        if is_set(schema):
            yield from (f"{path}[{item}]" for item in old if item not in new and item in found)
        elif keys := keys_of((old, live, new), schema):
            before, wanted = by_key(old, keys, schema), by_key(new, keys, schema)
            there, present = by_key(found, keys, schema), by_key(live, keys, schema)
            yield from (f"{path}[{k}]" for k in before if k not in wanted and k in there)
            for key in before.keys() & wanted.keys() & present.keys():
                yield from left(
                    before[key], present[key], wanted[key], there[key], schema.items, path
                )


def is_of_others(old: Any, found: Any, schema: Schema) -> bool:
    """Tell whether nothing of *old* is in what stayed: labels and elements that others added."""
    if isinstance(old, dict) and isinstance(found, dict):
        return not old.keys() & found.keys()
    if isinstance(old, list) and isinstance(found, list):
        keys = keys_of((old, found), schema)
        if keys:
            return not by_key(old, keys, schema).keys() & by_key(found, keys, schema).keys()
        return not any(item in found for item in old)
    return False
