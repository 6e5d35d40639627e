"""A Kubernetes API in memory that also knows who manages which field, as server-side apply does.

Lists are fields as a whole. ``manager`` is whoever writes next without server-side apply.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.cluster import FakeCluster
from tests.fakes.patches import merged
from werfish.kube.cluster import APPLY_PATCH, MERGE_PATCH, EventType
from werfish.kube.errors import error_of
from werfish.kube.resource import Manifest, ResourceId

Path = tuple[str, ...]
Entry = dict[str, Any]

_NOBODYS = {("apiVersion",), ("kind",), ("status",)}
_OWN = {"name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation",
        "managedFields", "deletionTimestamp"}  # fmt: skip


class ManagingCluster(FakeCluster):
    """A `FakeCluster` whose objects have ``managedFields``."""

    def __init__(self, **options: Any) -> None:
        self.manager = "helm"
        super().__init__(**options)

    def patch(
        self,
        id: ResourceId,
        body: object,
        *,
        content_type: str = MERGE_PATCH,
        subresource: str = "",
        dry_run: bool = False,
        force: bool = False,
    ) -> Manifest:
        if content_type != APPLY_PATCH:
            return super().patch(
                id, body, content_type=content_type, subresource=subresource, dry_run=dry_run
            )
        assert isinstance(body, Mapping)
        with self._changed:
            self._record("apply", id)
            return self._apply(id, copy.deepcopy(dict(body)), dry_run=dry_run, force=force)

    def _apply(self, id: ResourceId, body: Entry, *, dry_run: bool, force: bool) -> Manifest:
        metadata = body["metadata"]
        uid, version = metadata.pop("uid", None), metadata.pop("resourceVersion", None)
        live = self._objects.get(id)
        if live is None:
            if uid:
                raise _conflict([], "uid mismatch: no existing object was found")
            self._check_namespace(id)
            live = {"apiVersion": body["apiVersion"], "kind": body["kind"]}
            live["metadata"] = {"uid": f"uid-{id}", "generation": 1, "managedFields": []}
        elif version not in (None, live["metadata"]["resourceVersion"]):
            raise _conflict([], "the object has been modified")
        entries, wanted = live["metadata"]["managedFields"], set(_paths(body))
        others = [entry for entry in entries if not _is_ours(entry)]
        lost = [
            (path, entry["manager"])
            for entry in others
            for path in sorted(wanted & _owned(entry))
            if _at(live, path) != _at(body, path)
        ]
        if lost and not force:
            raise _conflict(lost, f"Apply failed with {len(lost)} conflicts")
        before = {path for entry in entries if _is_ours(entry) for path in _owned(entry)}
        after: Entry = merged(live, body)
        for path in before - wanted - {path for entry in others for path in _owned(entry)}:
            _remove(after, path)
        taken = {path for path, _ in lost}
        after["metadata"]["managedFields"] = [
            _entry("werfish", "Apply", wanted),
            *(_without(entry, taken) for entry in others),
        ]
        if dry_run:
            return after
        kind = EventType.MODIFIED if id in self._objects else EventType.ADDED
        return self._stored(id, after, kind)

    def _stored(self, id: ResourceId, manifest: Entry, type: EventType) -> Manifest:
        before = self._objects.get(id) or {}
        entries = (before.get("metadata") or {}).get("managedFields") or []
        mine = manifest["metadata"].get("managedFields")
        if mine is None or mine == entries:
            changed = {
                path for path in _paths(manifest) if _at(before, path) != _at(manifest, path)
            }
            manifest["metadata"]["managedFields"] = _updated(entries, self.manager, changed)
        return super()._stored(id, manifest, type)


def _updated(entries: list[Entry], manager: str, changed: set[Path]) -> list[Entry]:
    rest = [_without(entry, changed) for entry in entries]
    same = [e for e in rest if (e["manager"], e["operation"]) == (manager, "Update")]
    owned = changed.union(*(_owned(entry) for entry in same))
    others = [entry for entry in rest if entry not in same and _owned(entry)]
    return [*others, _entry(manager, "Update", owned)] if owned else others


def _entry(manager: str, operation: str, paths: set[Path]) -> Entry:
    fields: Entry = {}
    for path in paths:
        inner = fields
        for key in path:
            inner = inner.setdefault(f"f:{key}", {})
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields}


def _without(entry: Entry, paths: set[Path]) -> Entry:
    return _entry(entry["manager"], entry["operation"], _owned(entry) - paths)


def _is_ours(entry: Entry) -> bool:
    return (entry["manager"], entry["operation"]) == ("werfish", "Apply")


def _owned(entry: Entry) -> set[Path]:
    def inner(fields: Mapping[str, Any], above: Path) -> Iterator[Path]:
        for key, value in fields.items():
            path = (*above, key.removeprefix("f:"))
            yield from inner(value, path) if value else [path]

    return set(inner(entry["fieldsV1"], ()))


def _paths(manifest: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in manifest.items():
        path = (*above, key)
        if path in _NOBODYS or (above == ("metadata",) and key in _OWN):
            continue
        if isinstance(value, Mapping) and value:
            yield from _paths(value, path)
        else:
            yield path


def _at(manifest: Any, path: Path) -> Any:
    for key in path:
        manifest = manifest.get(key) if isinstance(manifest, Mapping) else None
    return manifest


def _remove(manifest: Any, path: Path) -> None:
    for key in path[:-1]:
        manifest = manifest.get(key) or {}
    manifest.pop(path[-1], None)


def _conflict(lost: list[tuple[Path, str]], message: str) -> Exception:
    causes = [
        {
            "reason": "FieldManagerConflict",
            "message": f'conflict with "{manager}" using v1',
            "field": "".join(f".{key}" for key in path),
        }
        for path, manager in lost
    ]
    body = {"reason": "Conflict", "message": message, "details": {"causes": causes}}
    return error_of(409, body, "ask the fake cluster")
