"""A Kubernetes API in memory: objects, versions, conflicts, namespaces, watches.

It knows no controllers: tests play them by patching ``status``. It validates nothing but what
the contract suite asks of both this and the real API.
"""

import copy
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tests.fakes.patches import json_patched, merged
from werfish.kube.client import PAGE
from werfish.kube.cluster import (
    APPLY_PATCH,
    JSON_PATCH,
    MERGE_PATCH,
    ApiResource,
    EventType,
    Listing,
    LogQuery,
    WatchEvent,
)
from werfish.kube.errors import GoneError, NotFoundError, UnknownKindError, error_of
from werfish.kube.resource import Gvk, Manifest, ResourceId, gvk_of
from werfish.kube.schema import UNKNOWN, Schema

VERBS = frozenset({"get", "list", "watch", "create", "update", "patch", "delete"})
_PLURALS = {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"}
_CLUSTER_WIDE = {"Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding",
                 "PriorityClass", "StorageClass", "PersistentVolume", "Node"}  # fmt: skip
_KINDS = {
    ("", "v1"): "Namespace Secret ConfigMap Service ServiceAccount Pod Event Node "
    "PersistentVolume PersistentVolumeClaim ResourceQuota LimitRange",
    ("apps", "v1"): "Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision",
    ("batch", "v1"): "Job CronJob",
    ("networking.k8s.io", "v1"): "Ingress NetworkPolicy",
    ("policy", "v1"): "PodDisruptionBudget",
    ("autoscaling", "v2"): "HorizontalPodAutoscaler",
    ("rbac.authorization.k8s.io", "v1"): "Role RoleBinding ClusterRole ClusterRoleBinding",
    ("scheduling.k8s.io", "v1"): "PriorityClass",
    ("storage.k8s.io", "v1"): "StorageClass",
    ("apiextensions.k8s.io", "v1"): "CustomResourceDefinition",
    ("coordination.k8s.io", "v1"): "Lease",
}


class FakeCluster:
    """A `werfish.kube.cluster.Cluster`; ``requests`` records the method and id of each call.

    *schemas* may declare kinds' fields. ``logs_of`` maps (namespace, pod, container) to lines.
    """

    def __init__(self, *, schemas: Mapping[Gvk, Schema] | None = None) -> None:
        self.requests: list[tuple[str, str]] = []
        self.logs_of: dict[tuple[str, str, str], list[str]] = {}
        self._schemas = dict(schemas or {})
        self._kinds = dict(_built_in())
        self._objects: dict[ResourceId, dict[str, Any]] = {}
        self._events: list[tuple[int, ResourceId, WatchEvent]] = []
        self._oldest = 0
        self._version = 0
        self._changed = threading.Condition()
        for name in ("default", "kube-system"):
            self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        self.requests.clear()

    def version(self) -> str:
        return "v1.34.2"

    def api_resource(self, gvk: Gvk) -> ApiResource:
        if gvk not in self._kinds:
            raise UnknownKindError(gvk.api_version, gvk.kind)
        return self._kinds[gvk]

    def api_resources(self) -> tuple[ApiResource, ...]:
        return tuple(self._kinds.values())

    def schema(self, gvk: Gvk) -> Schema:
        return self._schemas.get(gvk, UNKNOWN)

    def get(self, id: ResourceId) -> Manifest:
        with self._changed:
            self._record("get", id)
            return copy.deepcopy(self._found(id, "read"))

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        with self._changed:
            self._record("list", gvk.kind)
            self.api_resource(gvk)
            items = tuple(
                copy.deepcopy(item)
                for id, item in sorted(self._objects.items())
                if _matches(id, item, gvk, namespace, labels, fields)
            )
            return Listing(items, str(self._version))

    def heads(self, gvk: Gvk, namespace: str = "", *, labels: str = "") -> tuple[Manifest, ...]:
        with self._changed:
            self._record("heads", gvk.kind)
            self.api_resource(gvk)
            return tuple(
                {"metadata": copy.deepcopy(item["metadata"])}
                for id, item in sorted(self._objects.items())
                if _matches(id, item, gvk, namespace, labels, "")
            )

    def names(
        self, gvk: Gvk, namespace: str = "", *, fields: str = "", pages: int = 1
    ) -> frozenset[str] | None:
        with self._changed:
            self._record("names", gvk.kind)
            self.api_resource(gvk)
            found = frozenset(
                id.name
                for id, item in self._objects.items()
                if _matches(id, item, gvk, namespace, "", fields)
            )
            return found if len(found) <= pages * PAGE else None

    def create(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        with self._changed:
            id = self._id_of(manifest)
            self._record("create", id)
            self._check_namespace(id)
            if id in self._objects:
                raise _refusal(409, "AlreadyExists", f'{id.gvk.kind} "{id.name}" already exists')
            created = copy.deepcopy(dict(manifest))
            created.setdefault("metadata", {})
            created["metadata"] |= {
                "uid": str(uuid5(NAMESPACE_OID, f"{id}{self._version}")),
                "creationTimestamp": "2024-01-01T00:00:00Z",
                "generation": 1,
            }
            if id.gvk.kind == "Namespace":  # by the server itself, no controller
                created["status"] = {"phase": "Active"}
            return created if dry_run else self._stored(id, created, EventType.ADDED)

    def replace(self, manifest: Manifest, *, dry_run: bool = False) -> Manifest:
        with self._changed:
            id = self._id_of(manifest)
            self._record("replace", id)
            return self._changed_to(id, copy.deepcopy(dict(manifest)), dry_run)

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
        with self._changed:
            self._record("patch", id)
            if content_type == APPLY_PATCH and id not in self._objects:
                assert isinstance(body, Mapping)
                return self.create(body, dry_run=dry_run)
            before = copy.deepcopy(self._found(id, "patch"))
            if content_type == JSON_PATCH:
                after = json_patched(before, body)
            elif content_type in (MERGE_PATCH, APPLY_PATCH):
                after = merged(before, body)
            else:
                message = "the body of the request was in an unknown format"
                raise _refusal(415, "UnsupportedMediaType", message)
            return self._changed_to(id, after, dry_run, is_status=subresource == "status")

    def delete(
        self,
        id: ResourceId,
        *,
        propagation: str = "Background",
        uid: str = "",
        resource_version: str = "",
        dry_run: bool = False,
    ) -> None:
        with self._changed:
            if not dry_run:
                self._record("delete", id)
            found = self._found(id, "delete")
            metadata = found["metadata"]
            if uid not in ("", metadata["uid"]) or resource_version not in (
                "",
                metadata["resourceVersion"],
            ):
                raise _refusal(409, "Conflict", "the precondition does not hold")
            if dry_run:
                return
            if metadata.get("finalizers"):
                marked = copy.deepcopy(found)
                marked["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z"
                self._stored(id, marked, EventType.MODIFIED)
                return
            self._removed(id)

    def watch(
        self,
        gvk: Gvk,
        namespace: str = "",
        *,
        resource_version: str,
        labels: str = "",
        fields: str = "",
    ) -> "FakeWatch":
        with self._changed:
            self._record("watch", gvk.kind)
            self.api_resource(gvk)
            start = int(resource_version or 0)
            if start < self._oldest:
                raise GoneError(f"watch {gvk.kind}", "too old resource version", status=410)
            return FakeWatch(self, start, (gvk, namespace, labels, fields))

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> "FakeLog":
        lines = self.logs_of.get((namespace, pod, container))
        if lines is None:
            raise NotFoundError(f"read the log of Pod/{pod}", "not found", status=404)
        chosen = lines[-query.tail_lines :] if query.tail_lines else list(lines)
        stamped = [
            f"2024-01-01T00:00:00.{index:09d}Z {line}" if query.timestamps else line
            for index, line in enumerate(chosen)
        ]
        return FakeLog(stamped)

    def request(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        raise _refusal(404, "NotFound", f"the fake serves no {method} {path}")

    def serve(self, resource: ApiResource) -> None:
        """Serve one more kind, as a CRD would."""
        self._kinds[resource.gvk] = resource

    def forget_history(self) -> None:
        """Make every resourceVersion of before too old to watch from, and end all watches."""
        with self._changed:
            self._version += 1
            self._oldest = self._version
            self._events.clear()
            self._changed.notify_all()

    def _record(self, method: str, target: object) -> None:
        self.requests.append((method, str(target)))

    def _id_of(self, manifest: Manifest) -> ResourceId:
        gvk = gvk_of(manifest)
        metadata = manifest.get("metadata") or {}
        namespace = metadata.get("namespace") or ""
        return ResourceId(
            gvk, namespace if self.api_resource(gvk).namespaced else "", metadata["name"]
        )

    def _found(self, id: ResourceId, verb: str) -> dict[str, Any]:
        self.api_resource(id.gvk)
        if id not in self._objects:
            message = f'{self._kinds[id.gvk].plural} "{id.name}" not found'
            raise error_of(404, {"reason": "NotFound", "message": message}, f"{verb} {id}")
        return self._objects[id]

    def _check_namespace(self, id: ResourceId) -> None:
        if not self.api_resource(id.gvk).namespaced:
            return
        namespace = ResourceId(Gvk("", "v1", "Namespace"), "", id.namespace)
        if namespace not in self._objects:
            raise _refusal(404, "NotFound", f'namespaces "{id.namespace}" not found')

    def _changed_to(
        self, id: ResourceId, after: dict[str, Any], dry_run: bool, *, is_status: bool = False
    ) -> Manifest:
        before = self._found(id, "change")
        asked = after["metadata"].get("resourceVersion")
        if asked not in (None, before["metadata"]["resourceVersion"]):
            raise _refusal(409, "Conflict", "the object has been modified; apply your changes anew")
        kept = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "resourceVersion")
        current = before["metadata"]
        after["metadata"] |= {key: current[key] for key in kept if key in current}
        if json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True):
            return copy.deepcopy(before)
        if not is_status and before.get("spec") != after.get("spec"):
            after["metadata"]["generation"] += 1
        if dry_run:
            return after
        if after["metadata"].get("deletionTimestamp") and not after["metadata"].get("finalizers"):
            return self._removed(id)
        return self._stored(id, after, EventType.MODIFIED)

    def _stored(self, id: ResourceId, manifest: dict[str, Any], type: EventType) -> Manifest:
        self._version += 1
        manifest["metadata"]["resourceVersion"] = str(self._version)
        self._objects[id] = manifest
        return self._announced(id, manifest, type)

    def _removed(self, id: ResourceId) -> Manifest:
        gone = self._objects.pop(id)
        if id.gvk.kind == "Namespace":
            for other in [other for other in self._objects if other.namespace == id.name]:
                self._removed(other)
        self._version += 1
        gone["metadata"]["resourceVersion"] = str(self._version)
        return self._announced(id, gone, EventType.DELETED)

    def _announced(self, id: ResourceId, manifest: dict[str, Any], type: EventType) -> Manifest:
        event = WatchEvent(type, copy.deepcopy(manifest))
        self._events.append((self._version, id, event))
        self._changed.notify_all()
        return copy.deepcopy(manifest)

    def _next(self, watch: "FakeWatch") -> tuple[int, WatchEvent] | None:
        """Wait for what *watch* has not seen; None once it is closed or history is gone."""
        gvk, namespace, labels, fields = watch.selection
        with self._changed:
            while not watch.is_closed and watch.position >= self._oldest:
                for version, id, event in self._events:
                    if version > watch.position and _matches(
                        id, event.object, gvk, namespace, labels, fields
                    ):
                        return version, event
                self._changed.wait()
        return None

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class FakeWatch:
    """A watch of the fake; it ends when closed, or when the history it follows is forgotten."""

    def __init__(
        self, cluster: FakeCluster, position: int, selection: tuple[Gvk, str, str, str]
    ) -> None:
        self.position = position
        self.selection = selection
        self.is_closed = False
        self._cluster = cluster

    def __iter__(self) -> Iterator[WatchEvent]:
        while (found := self._cluster._next(self)) is not None:
            self.position = found[0]
            yield WatchEvent(found[1].type, copy.deepcopy(found[1].object))

    def close(self) -> None:
        self.is_closed = True
        self._cluster._wake()


class FakeLog:
    """A log that was complete when it was opened."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def close(self) -> None:
        self._lines = []


def _built_in() -> Iterator[tuple[Gvk, ApiResource]]:
    for (group, version), kinds in _KINDS.items():
        for kind in kinds.split():
            gvk = Gvk(group, version, kind)
            plural = _PLURALS.get(kind) or kind.lower() + ("es" if kind.endswith("ss") else "s")
            yield gvk, ApiResource(gvk, plural, kind not in _CLUSTER_WIDE, VERBS)


def _refusal(status: int, reason: str, message: str) -> Exception:
    return error_of(status, {"reason": reason, "message": message}, "ask the fake cluster")


def _matches(
    id: ResourceId, item: Manifest, gvk: Gvk, namespace: str, labels: str, fields: str
) -> bool:
    return (
        id.gvk == gvk
        and namespace in ("", id.namespace)
        and _selected(item["metadata"].get("labels") or {}, labels)
        and all(_has_field(item, term) for term in filter(None, fields.split(",")))
    )


def _has_field(item: Manifest, term: str) -> bool:
    path, _, value = term.replace("==", "=").partition("=")
    is_wanted = not path.endswith("!")
    found: Any = item
    for part in path.rstrip("!").split("."):
        found = (found or {}).get(part)
    return (str(found or "") == value) is is_wanted


def _selected(labels: Mapping[str, str], selector: str) -> bool:
    for term in filter(None, selector.split(",")):
        key, sign, value = term.replace("==", "=").partition("=")
        if not sign and key not in labels:
            return False
        if sign and (labels.get(key.rstrip("!")) == value) is key.endswith("!"):
            return False
    return True
