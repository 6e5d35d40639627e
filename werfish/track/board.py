"""Everything that the watches have told so far, and which tracked resource each object serves.

A store in memory, without I/O: feeds put changes in, the tracker asks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from werfish.kube import fields
from werfish.kube.cluster import EventType, WatchEvent
from werfish.kube.resource import Manifest, ResourceId, gvk_of
from werfish.track.revision import is_new, newest_replica_set, owner_uid


class Board:
    """Live objects by feed, kind, name and owner."""

    def __init__(self, tracked: Iterable[ResourceId]) -> None:
        """Follow the *tracked* resources."""
        self._ids = {(id.gvk.group, id.gvk.kind, id.namespace, id.name): id for id in tracked}
        self._roots: dict[str, ResourceId] = {}
        self._live: dict[ResourceId, Manifest] = {}
        self._deleted: set[ResourceId] = set()
        self._by_feed: dict[object, dict[str, Manifest]] = defaultdict(dict)
        self._owned: dict[str, dict[str, Manifest]] = defaultdict(dict)
        self._owner: dict[str, str] = {}
        self._claims: dict[str, dict[str, Manifest]] = defaultdict(dict)

    def put(self, feed: object, event: WatchEvent) -> ResourceId | None:
        """Take one *event* in and return the tracked resource that it may concern."""
        manifest = event.object
        uid = str(manifest["metadata"]["uid"])
        if event.type is EventType.DELETED:
            self._by_feed[feed].pop(uid, None)
            return self._remove(uid, manifest)
        self._by_feed[feed][uid] = manifest
        return self._keep(uid, manifest)

    def put_all(self, feed: object, manifests: Iterable[Manifest]) -> None:
        """Take in a listing of *feed*: what it had before and the listing has not is gone."""
        before = self._by_feed.pop(feed, {})
        now = {str(manifest["metadata"]["uid"]): manifest for manifest in manifests}
        for uid in before.keys() - now.keys():
            self._remove(uid, before[uid])
        for manifest in now.values():
            self.put(feed, WatchEvent(EventType.ADDED, manifest))

    def live(self, id: ResourceId) -> Manifest | None:
        """Return the object of a tracked resource as it was last seen."""
        return self._live.get(id)

    def is_deleted(self, id: ResourceId) -> bool:
        """Tell whether the object was there and is not any more."""
        return id in self._deleted

    def new_pods(self, id: ResourceId) -> tuple[Manifest, ...]:
        """Return the pods of the present revision of a resource, oldest first."""
        root = self._live.get(id)
        if root is None or id.gvk.kind == "Pod":
            return () if root is None else (root,)
        if id.gvk.kind == "Deployment":
            root = self.replica_set(id)
            if root is None:
                return ()
        pods = self._owned_by(root, "Pod")
        new = [pod for pod in pods if is_new(id.gvk.kind, root, pod)]
        return tuple(sorted(new, key=_age))

    def replica_set(self, id: ResourceId) -> Manifest | None:
        """Return the newest ReplicaSet of a Deployment."""
        root = self._live.get(id)
        return newest_replica_set(root, self._owned_by(root, "ReplicaSet")) if root else None

    def is_of_before(self, id: ResourceId, manifest: Manifest) -> bool:
        """Tell whether an object is a pod of a ReplicaSet that is not the Deployment's newest."""
        if id.gvk.kind != "Deployment" or manifest["kind"] != "Pod":
            return False
        newest = self.replica_set(id)
        return newest is None or owner_uid(manifest) != newest["metadata"]["uid"]

    def events(self, manifest: Manifest) -> tuple[Manifest, ...]:
        """Return the warnings about an object, oldest first."""
        found = (one for one in self._owned_by(manifest, "Event") if one.get("type") != "Normal")
        return tuple(sorted(found, key=_last_seen))

    def claim_events(self, namespace: str) -> tuple[Manifest, ...]:
        """Return what is said of the claims for volumes of a namespace, oldest first."""
        return tuple(sorted(self._claims[namespace].values(), key=_last_seen))

    def _owned_by(self, owner: Manifest, kind: str) -> list[Manifest]:
        owned = self._owned.get(str(owner["metadata"]["uid"]), {})
        return [manifest for manifest in owned.values() if manifest["kind"] == kind]

    def _keep(self, uid: str, manifest: Manifest) -> ResourceId | None:
        id = self._ids.get(_key(manifest))
        if id is not None:
            self._roots[uid] = id
            self._live[id] = manifest
            self._deleted.discard(id)
        if is_about_claim(manifest):
            self._claims[fields.text(manifest, "metadata", "namespace")][uid] = manifest
        owner = _subject(manifest) or owner_uid(manifest)
        if owner:
            self._owner[uid] = owner
            self._owned[owner][uid] = manifest
        return self._root_of(uid)

    def _remove(self, uid: str, manifest: Manifest) -> ResourceId | None:
        id = self._roots.get(uid)
        if id is not None and self._live[id]["metadata"]["uid"] == uid:
            self._live[id] = manifest
            self._deleted.add(id)
        root = self._root_of(uid)
        self._owned.get(self._owner.pop(uid, ""), {}).pop(uid, None)
        return root

    def _root_of(self, uid: str) -> ResourceId | None:
        while uid:
            if uid in self._roots:
                return self._roots[uid]
            uid = self._owner.get(uid, "")
        return None


def is_about_claim(manifest: Manifest) -> bool:
    """Tell whether an object is an event about a claim for a volume."""
    kind = fields.text(manifest, "involvedObject", "kind")
    return manifest.get("kind") == "Event" and kind == "PersistentVolumeClaim"


def _key(manifest: Manifest) -> tuple[str, str, str, str]:
    """Return who it is, whatever the version: other groups have a Service or a Job of their own."""
    metadata, gvk = manifest["metadata"], gvk_of(manifest)
    return gvk.group, gvk.kind, metadata.get("namespace") or "", metadata["name"]


def _subject(manifest: Manifest) -> str:
    """Return the uid of what an Event is about."""
    involved: Mapping[str, Any] = manifest.get("involvedObject") or {}
    return str(involved.get("uid") or "")


def _age(manifest: Manifest) -> tuple[str, str]:
    metadata = manifest["metadata"]
    return str(metadata.get("creationTimestamp") or ""), str(metadata["name"])


def _last_seen(event: Manifest) -> tuple[str, str]:
    seen = event.get("lastTimestamp") or event.get("eventTime") or ""
    return str(seen), str(event["metadata"]["name"])
