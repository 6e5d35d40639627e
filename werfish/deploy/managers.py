"""Who manages which fields of an object, as server-side apply keeps it. Pure.

What werfish, helm and kubectl wrote without server-side apply stands under other entries than what
werfish applies, though it is the same release's. Those entries are folded into ours once, as
client-go's csaupgrade does; else a field that the chart drops would stay with its old manager.
Source: k8s.io/client-go/util/csaupgrade.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from werfish.kube.fields import has, tables, text
from werfish.kube.resource import Manifest

MANAGER = "werfish"
UPDATE, APPLY = "Update", "Apply"
_FOLDED = frozenset(
    {(name, UPDATE) for name in ("helm", "kubectl-client-side-apply", "werf", MANAGER)}
    | {(name, APPLY) for name in ("helm", "werf")}
)
"""Managers and operations of entries that become ours."""
_BY_HAND = ("kubectl", "before-first-apply")
"""Beginnings of managers whose changes are drift, which a deploy repairs."""

Entry = Mapping[str, Any]


def is_yielding(manager: str) -> bool:
    """Tell whether *manager* gives up the chart's fields unasked: ours, or somebody by hand."""
    return manager.startswith(_BY_HAND) or any(manager == name for name, _ in _FOLDED)


def has_applied(live: Manifest, *path: str) -> bool:
    """Tell whether we have applied the field at *path* of *live*: it goes if we leave it out."""
    keys = [f"f:{key}" for key in path]
    return any(has(entry, "fieldsV1", *keys) for entry in _entries(live) if _is_ours(entry))


def to_fold(live: Manifest) -> tuple[str, ...]:
    """Return the managers whose entries of *live* are to become ours."""
    return tuple(dict.fromkeys(str(entry["manager"]) for entry in _entries(live) if _is_old(entry)))


def folded(live: Manifest) -> list[Entry]:
    """Return the ``managedFields`` of *live* with what is ours in one entry."""
    entries = _entries(live)
    ours = next((entry for entry in entries if _is_ours(entry)), None)
    old = [entry for entry in entries if _is_old(entry)]
    base = ours if ours is not None else {**old[0], "manager": MANAGER, "operation": APPLY}
    fields = base.get("fieldsV1") or {}
    for entry in old:
        if entry.get("apiVersion") == base.get("apiVersion"):
            fields = _united(fields, entry.get("fieldsV1") or {})
    rest = [entry for entry in entries if not _is_old(entry) and not _is_ours(entry)]
    return [{**base, "fieldsV1": fields}, *rest]


def claimed(live: Manifest, fields: Mapping[str, Any]) -> list[Entry]:
    """Return the ``managedFields`` of *live* with *fields*, a part of it, as applied by us, too."""
    entries = _entries(live)
    ours = next((entry for entry in entries if _is_ours(entry)), None)
    base = ours or {
        "manager": MANAGER,
        "operation": APPLY,
        "apiVersion": live["apiVersion"],
        "fieldsType": "FieldsV1",
    }
    tree = _united(base.get("fieldsV1") or {}, _tree(fields))
    return [{**base, "fieldsV1": tree}, *(entry for entry in entries if entry is not ours)]


def _tree(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"f:{key}": {".": {}, **_tree(value)} if isinstance(value, Mapping) else {}
        for key, value in fields.items()
    }


def _entries(live: Manifest) -> Sequence[Entry]:
    return tables(live, "metadata", "managedFields")


def _is_ours(entry: Entry) -> bool:
    return _who(entry) == (MANAGER, APPLY, "")


def _is_old(entry: Entry) -> bool:
    manager, operation, subresource = _who(entry)
    return (manager, operation) in _FOLDED and not subresource


def _who(entry: Entry) -> tuple[str, str, str]:
    return text(entry, "manager"), text(entry, "operation"), text(entry, "subresource")


def _united(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of both, each a tree as ``fieldsV1`` writes it."""
    return {**left, **{key: _united(left.get(key) or {}, value) for key, value in right.items()}}
