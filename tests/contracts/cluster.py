"""What every cluster does: run on the fake in tests/ and on a real API server in integration/.

A suite is a class; who runs it supplies the fixtures ``cluster`` and ``namespace`` (one that
exists, empty of what the laws make).
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from werfish.kube.cluster import JSON_PATCH, Cluster, EventType, Watch, WatchEvent
from werfish.kube.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidError,
    NotFoundError,
    UnknownKindError,
)
from werfish.kube.resource import Gvk, ResourceId

CONFIG_MAP = Gvk("", "v1", "ConfigMap")


def config_map(namespace: str, name: str = "one", **data: str) -> dict[str, Any]:
    """Return a ConfigMap to create."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "data": data,
    }


def id_of(namespace: str, name: str = "one") -> ResourceId:
    """Return the id of such a ConfigMap."""
    return ResourceId(CONFIG_MAP, namespace, name)


class ClusterLaws:
    """The laws."""

    def test_what_was_created_is_found(self, cluster: Cluster, namespace: str) -> None:
        created = cluster.create(config_map(namespace, key="value"))
        found = cluster.get(id_of(namespace))
        assert found["data"] == {"key": "value"}
        assert found["metadata"]["uid"] == created["metadata"]["uid"]

    def test_a_name_is_taken_once(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace))
        with pytest.raises(AlreadyExistsError):
            cluster.create(config_map(namespace))

    def test_a_dry_run_creates_nothing(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace), dry_run=True)
        with pytest.raises(NotFoundError):
            cluster.get(id_of(namespace))

    def test_nothing_is_created_in_a_missing_namespace(self, cluster: Cluster) -> None:
        with pytest.raises(NotFoundError, match="no-such-namespace"):
            cluster.create(config_map("no-such-namespace"))

    def test_absent_objects_are_not_found(self, cluster: Cluster, namespace: str) -> None:
        for act in (cluster.get, cluster.delete, lambda id: cluster.patch(id, {})):
            with pytest.raises(NotFoundError, match="absent"):
                act(id_of(namespace, "absent"))

    def test_unknown_kinds_are_named(self, cluster: Cluster, namespace: str) -> None:
        unknown = ResourceId(Gvk("example.com", "v1", "Wonder"), namespace, "one")
        with pytest.raises(UnknownKindError, match="Wonder"):
            cluster.get(unknown)

    def test_kinds_tell_their_scope(self, cluster: Cluster) -> None:
        assert cluster.api_resource(CONFIG_MAP).plural == "configmaps"
        assert cluster.api_resource(CONFIG_MAP).namespaced
        assert not cluster.api_resource(Gvk("", "v1", "Namespace")).namespaced

    def test_lists_obey_selectors(self, cluster: Cluster, namespace: str) -> None:
        for name in ("one", "two"):
            cluster.create(config_map(namespace, name))
        by_label = cluster.list(CONFIG_MAP, namespace, labels="app=two")
        by_field = cluster.list(CONFIG_MAP, namespace, fields="metadata.name=one")
        assert [item["metadata"]["name"] for item in by_label.items] == ["two"]
        assert [item["metadata"]["name"] for item in by_field.items] == ["one"]
        assert by_label.items[0]["kind"] == "ConfigMap"

    def test_heads_are_those_that_the_selector_means(
        self, cluster: Cluster, namespace: str
    ) -> None:
        made = [cluster.create(config_map(namespace, name, key="v")) for name in ("one", "two")]
        (head,) = cluster.heads(CONFIG_MAP, namespace, labels="app=two")
        assert set(head) == {"metadata"}
        for key in ("name", "uid", "resourceVersion", "labels"):
            assert head["metadata"][key] == made[1]["metadata"][key]

    def test_names_are_those_of_all_objects(self, cluster: Cluster, namespace: str) -> None:
        assert cluster.names(CONFIG_MAP, f"{namespace}-else") == frozenset()
        for name in ("one", "two"):
            cluster.create(config_map(namespace, name))
        found = cluster.names(CONFIG_MAP, namespace)
        assert found is not None
        assert found - {"kube-root-ca.crt"} == {"one", "two"}
        assert cluster.names(CONFIG_MAP, namespace, fields="metadata.name=one") == frozenset(
            {"one"}
        )
        assert cluster.names(CONFIG_MAP, namespace, pages=0) is None

    def test_a_merge_patch_merges_and_null_removes(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace, keep="1", drop="2"))
        patched = cluster.patch(id_of(namespace), {"data": {"drop": None, "add": "3"}})
        assert patched["data"] == {"keep": "1", "add": "3"}

    def test_a_json_patch_is_exact(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace, key="old"))
        operations = [{"op": "replace", "path": "/data/key", "value": "new"}]
        patched = cluster.patch(id_of(namespace), operations, content_type=JSON_PATCH)
        assert patched["data"] == {"key": "new"}

    def test_an_unknown_patch_is_refused(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace))
        with pytest.raises(InvalidError):
            cluster.patch(id_of(namespace), {}, content_type="application/wonder-patch+json")

    def test_a_stale_version_is_a_conflict(self, cluster: Cluster, namespace: str) -> None:
        old = cluster.create(config_map(namespace, key="1"))
        cluster.patch(id_of(namespace), {"data": {"key": "2"}})
        with pytest.raises(ConflictError):
            cluster.replace(old)

    def test_a_patch_that_changes_nothing_keeps_the_version(
        self, cluster: Cluster, namespace: str
    ) -> None:
        before = cluster.create(config_map(namespace, key="1"))
        after = cluster.patch(id_of(namespace), {"data": {"key": "1"}})
        assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]

    def test_only_the_meant_object_is_deleted(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace))
        with pytest.raises(ConflictError):
            cluster.delete(id_of(namespace), uid="00000000-0000-0000-0000-000000000000")
        cluster.delete(id_of(namespace))
        with pytest.raises(NotFoundError):
            cluster.get(id_of(namespace))

    def test_finalizers_keep_a_deleted_object(self, cluster: Cluster, namespace: str) -> None:
        manifest = config_map(namespace)
        manifest["metadata"]["finalizers"] = ["example.com/hold"]
        cluster.create(manifest)
        cluster.delete(id_of(namespace))
        assert cluster.get(id_of(namespace))["metadata"]["deletionTimestamp"]
        cluster.patch(id_of(namespace), {"metadata": {"finalizers": None}})
        with pytest.raises(NotFoundError):
            cluster.get(id_of(namespace))

    def test_a_watch_goes_on_from_a_listing(self, cluster: Cluster, namespace: str) -> None:
        cluster.create(config_map(namespace, "before"))
        version = cluster.list(CONFIG_MAP, namespace).resource_version
        cluster.create(config_map(namespace, key="1"))
        cluster.patch(id_of(namespace), {"data": {"key": "2"}})
        cluster.delete(id_of(namespace))
        watch = cluster.watch(CONFIG_MAP, namespace, resource_version=version)
        seen = [(event.type, event.object["metadata"]["name"]) for event in _first(watch, 3, "one")]
        assert seen == [
            (EventType.ADDED, "one"),
            (EventType.MODIFIED, "one"),
            (EventType.DELETED, "one"),
        ]

    def test_a_watch_can_be_closed_from_another_thread(
        self, cluster: Cluster, namespace: str
    ) -> None:
        version = cluster.list(CONFIG_MAP, namespace).resource_version
        watch = cluster.watch(CONFIG_MAP, namespace, resource_version=version)
        reader = threading.Thread(target=lambda: list(watch))
        reader.start()
        watch.close()
        reader.join(5)
        assert not reader.is_alive()


def _first(watch: Watch, count: int, name: str) -> Iterator[WatchEvent]:
    """Yield the first *count* changes of what is called *name*, then close the watch.

    A real cluster has objects of its own, which come soon after their namespace.
    """
    try:
        for event in watch:
            if event.type is EventType.BOOKMARK or event.object["metadata"]["name"] != name:
                continue
            yield event
            count -= 1
            if not count:
                return
    finally:
        watch.close()
