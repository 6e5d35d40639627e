"""Three-way merge: what is live becomes what the chart says, and nobody else's work is lost. Pure.

Laws: the fields of *desired* hold afterwards; what *recorded* had and *desired* has not is gone;
what neither names stays as it is; a merge of its own result changes nothing. Lists of objects are
merged by the keys that the cluster's schema declares, sets by their elements, other lists whole.
Source of the rules: apimachinery's strategicpatch, kubectl apply.
"""

import base64
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.equal import is_identical, is_nothing, is_same, is_within, without_nulls
from werfish.deploy.lists import by_key, field_of, is_set, keys_of
from werfish.kube.resource import Manifest
from werfish.kube.schema import UNKNOWN, Schema

_ABSENT: Any = object()
_FREE = {("metadata", "annotations"), ("metadata", "labels")}
_PLACED_ONCE = frozenset({"affinity", "nodeAffinity", "volumeClaimTemplates"})
"""Fields that cannot be changed, in some kinds, and to which servers add."""
_SERVER_FIELDS = ("creationTimestamp", "resourceVersion", "uid", "generation", "managedFields")


@dataclass(frozen=True, slots=True)
class Merge:
    """The object after a merge, and the JSON merge patch that makes the live one so.

    An empty *patch* means that there is nothing to do. *fields* names what changes, for people.
    """

    merged: Manifest = field(hash=False)
    patch: Manifest = field(hash=False)
    fields: tuple[str, ...] = ()


def three_way(
    recorded: Manifest | None, live: Manifest, desired: Manifest, schema: Schema = UNKNOWN
) -> Merge:
    """Merge *desired* into *live*, knowing what was *recorded* before (``None``: nothing).

    The patch is for ``application/merge-patch+json``; whoever sends it adds the resourceVersion
    of *live*, since lists in it are whole.
    """
    old, new = normal(recorded) if recorded is not None else {}, normal(desired)
    if is_within(old, new) and is_within(new, live):  # most objects, most of the time
        return Merge(live, {})
    merged = _merge(old, live, new, schema, ())
    patch = json_patch(live, merged)
    return Merge(merged, patch, changed_fields(patch))


def normal(manifest: Manifest) -> dict[str, Any]:
    """Return what *manifest* asks for, without what only the server writes.

    A Secret's ``stringData`` stands in its ``data``, as the API has it.
    """
    wanted: dict[str, Any] = without_nulls(dict(manifest))
    wanted.pop("status", None)
    if "metadata" in wanted:
        metadata = wanted["metadata"].items()
        wanted["metadata"] = {key: item for key, item in metadata if key not in _SERVER_FIELDS}
    if wanted.get("kind") == "Secret" and wanted.get("apiVersion") == "v1":
        plain = wanted.pop("stringData", None) or {}
        encoded = {k: base64.b64encode(str(v).encode()).decode() for k, v in plain.items()}
        if encoded:
            wanted["data"] = {**(wanted.get("data") or {}), **encoded}
    return wanted


def json_patch(live: Manifest, merged: Manifest) -> dict[str, Any]:
    """Return the JSON merge patch (RFC 7386) from *live* to *merged*."""
    patch: dict[str, Any] = {key: None for key in live if key not in merged}
    for key, value in merged.items():
        current = live.get(key, _ABSENT)
        if current is _ABSENT:
            patch[key] = value
        elif isinstance(current, Mapping) and isinstance(value, Mapping):
            if inner := json_patch(current, value):
                patch[key] = inner
        elif not is_identical(current, value):
            patch[key] = value
    return patch


def _merge(old: Any, live: Any, new: Any, schema: Schema, path: tuple[str, ...]) -> Any:
    """Return *live* as *new* wants it; *old* is `_ABSENT` where nothing was recorded."""
    if isinstance(live, Mapping) and isinstance(new, Mapping):
        recorded = old if isinstance(old, Mapping) else {}
        merged = _merge_maps(recorded, live, new, schema, path)
        is_one = schema.retains_keys or _is_of_another_type(live, new, path)
        return _retained(live, new, merged) if is_one else merged
    if isinstance(live, list) and isinstance(new, list):
        return _merge_lists(old if isinstance(old, list) else [], live, new, schema, path)
    return live if is_same(live, new, schema) else new


def _merge_maps(
    old: Manifest, live: Manifest, new: Manifest, schema: Schema, path: tuple[str, ...]
) -> dict[str, Any]:
    merged = dict(live)
    for key in old:
        if key not in new and key in merged:
            rest = _removed(old[key], live[key], field_of(schema, key), (*path, key))
            _put(merged, key, rest)
    for key, wanted in new.items():
        recorded = old.get(key, _ABSENT)
        if live.get(key) is not None:
            merged[key] = _merge(recorded, live[key], wanted, field_of(schema, key), (*path, key))
        elif not (is_nothing(wanted) and _is_recorded(recorded, wanted)):
            merged[key] = wanted
    return merged


def _is_of_another_type(live: Manifest, new: Manifest, path: tuple[str, ...]) -> bool:
    """Whether *new* is an update strategy of another type than *live*.

    The API refuses the fields of one beside the other (StatefulSet), and does not say in its schema
    that they exclude each other, as it does of a Deployment's.
    """
    types = live.get("type"), new.get("type")
    return path == ("spec", "updateStrategy") and None not in types and types[0] != types[1]


def _retained(live: Manifest, new: Manifest, merged: Any) -> Any:
    """Return *merged* with the keys of *new* only, if anything changes at all.

    That is how one kind of volume or of strategy takes the place of another, an empty one too.
    """
    is_replaced = any(key not in merged for key in new) and any(key not in new for key in live)
    if merged == live and not is_replaced:
        return merged
    return {key: merged.get(key, item) for key, item in new.items()}


def _is_recorded(recorded: Any, wanted: Any) -> bool:
    """Tell whether an empty value was sent before: then the server has dropped it on purpose."""
    return recorded is not _ABSENT and bool(recorded == wanted)


def _put(merged: dict[str, Any], key: str, value: Any) -> None:
    if value is _ABSENT:
        del merged[key]
    else:
        merged[key] = value


def _removed(old: Any, live: Any, schema: Schema, path: tuple[str, ...]) -> Any:
    """Return what stays of *live* when the chart no longer has *old*: others' entries, if any."""
    if isinstance(old, Mapping) and isinstance(live, Mapping) and _is_free(schema, path):
        rest = {key: value for key, value in live.items() if key not in old}
        return rest or _ABSENT
    if isinstance(old, list) and isinstance(live, list):
        kept = _merge_lists(old, live, [], schema, path)
        return kept or _ABSENT
    return _ABSENT


def _is_free(schema: Schema, path: tuple[str, ...]) -> bool:
    """Tell whether a map's keys are the users' own (labels, data), not fields of a structure."""
    return path[-2:] in _FREE or schema.field("\0").is_known


def _merge_lists(
    old: list[Any], live: list[Any], new: list[Any], schema: Schema, path: tuple[str, ...]
) -> list[Any]:
    if is_set(schema):
        return _merge_sets(old, live, new)
    if keys := keys_of((old, live, new), schema):
        return _merge_by_key(old, live, new, schema, (keys, path))
    return _merge_whole(old, live, new, schema, path)


def _merge_sets(old: list[Any], live: list[Any], new: list[Any]) -> list[Any]:
    kept = [item for item in live if item in new or item not in old]
    return kept + [item for item in new if item not in kept]


def _merge_by_key(
    old: list[Any],
    live: list[Any],
    new: list[Any],
    schema: Schema,
    where: tuple[tuple[str, ...], tuple[str, ...]],
) -> list[Any]:
    """Merge element by element. Others' elements stay; the chart's own come in its order."""
    keys, path = where
    before, present = by_key(old, keys, schema), by_key(live, keys, schema)
    wanted = by_key(new, keys, schema)
    merged = {key: present.get(key, item) for key, item in wanted.items()}
    for key in wanted.keys() & present.keys():
        element = before.get(key, _ABSENT)
        merged[key] = _merge(element, present[key], wanted[key], schema.items, path)
        if schema.retains_keys:
            merged[key] = _retained(present[key], wanted[key], merged[key])
    others = {k: item for k, item in present.items() if k not in wanted and k not in before}
    order = [key for key in present if key in wanted]
    if order == list(wanted)[: len(order)]:
        kept = [merged.get(key, others.get(key, _ABSENT)) for key in present]
        added = [merged[key] for key in wanted if key not in present]
        return [item for item in kept if item is not _ABSENT] + added
    return [*merged.values(), *others.values()]


def _merge_whole(
    old: list[Any], live: list[Any], new: list[Any], schema: Schema, path: tuple[str, ...]
) -> list[Any]:
    """Keep *live* where it says what *new* says, apart from what the server filled in."""
    if len(live) != len(new) or (old and len(old) != len(new) and live != new):
        return list(new)
    before = old if len(old) == len(new) else [_ABSENT] * len(new)
    merged = [
        _merge(recorded, current, wanted, schema.items, path)
        for recorded, current, wanted in zip(before, live, new, strict=True)
    ]
    is_fixed = not _PLACED_ONCE.isdisjoint(path)
    is_kept = merged == live and (is_fixed or not _says_more(live, new, schema, path))
    return live if is_kept else list(new)


def _says_more(live: Any, new: Any, schema: Schema, path: tuple[str, ...]) -> bool:
    """Tell whether *live* has more than *new* that no server fills in: elements, labels and such.

    Inside a list that is one value that is somebody's change of it, as every entry is the chart's.
    Of custom resources nobody knows what their own webhooks fill in.
    """
    if isinstance(live, list) and isinstance(new, list):
        pairs = zip(live, new, strict=False)
        return len(live) > len(new) or any(_says_more(*pair, schema.items, path) for pair in pairs)
    if not isinstance(live, Mapping) or not isinstance(new, Mapping) or not schema.is_strategic:
        return False
    if _is_free(schema, path):  # of amounts, as in a LimitRange, the server fills in defaults
        return any(key not in new for key in live) and not schema.field("\0").is_quantity
    return any(
        _says_more(item, new[key], schema.field(key), (*path, key))
        if key in new
        else _is_put_in(item, schema.field(key), (*path, key))
        for key, item in live.items()
    )


def _is_put_in(item: Any, schema: Schema, path: tuple[str, ...]) -> bool:
    """Tell whether a field that the chart does not state is somebody's, not the server's."""
    if "default" in schema.node:
        return False
    return schema.is_selector or _says_more(item, type(item)(), schema, path)


def changed_fields(patch: Manifest, prefix: str = "") -> tuple[str, ...]:
    """Return the fields that *patch* touches, as people write them."""
    found: list[str] = []
    for key, value in patch.items():
        path = f"{prefix}.{key}" if prefix else key
        is_inner = isinstance(value, Mapping) and value
        found += changed_fields(value, path) if is_inner else [path]
    return tuple(found)
