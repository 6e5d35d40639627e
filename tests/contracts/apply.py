"""What server-side apply does: run on the fake in tests/ and on a real API server in integration/.

Who runs it supplies the fixtures ``cluster``, ``namespace``, and ``write_as``, which patches an
object in the name of a manager without server-side apply.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts.cluster import config_map, id_of
from werfish.kube.cluster import APPLY_PATCH, JSON_PATCH, Cluster
from werfish.kube.errors import ConflictError, FieldConflict, FieldConflictError
from werfish.kube.resource import Manifest

WriteAs = Callable[[str, str, dict[str, Any]], None]
"""Takes a manager, the name of a ConfigMap, and its data."""


def apply(
    cluster: Cluster,
    namespace: str,
    data: dict[str, str],
    *,
    dry_run: bool = False,
    force: bool = False,
) -> Manifest:
    """Apply a ConfigMap."""
    id, body = id_of(namespace), config_map(namespace, **data)
    return cluster.patch(id, body, content_type=APPLY_PATCH, dry_run=dry_run, force=force)


def managers(manifest: Manifest) -> set[tuple[str, str]]:
    """Return who manages fields of an object, and how."""
    entries = manifest["metadata"]["managedFields"]
    return {(entry["manager"], entry["operation"]) for entry in entries}


class ApplyLaws:
    """The laws."""

    def test_an_absent_object_is_created(self, cluster: Cluster, namespace: str) -> None:
        applied = apply(cluster, namespace, {"a": "1"})
        assert applied["data"] == {"a": "1"}
        assert managers(applied) == {("werfish", "Apply")}

    def test_a_dropped_field_goes_and_others_stay(
        self, cluster: Cluster, namespace: str, write_as: WriteAs
    ) -> None:
        apply(cluster, namespace, {"a": "1", "b": "1"})
        write_as("somebody", "one", {"c": "1"})
        assert apply(cluster, namespace, {"a": "1"})["data"] == {"a": "1", "c": "1"}

    def test_a_field_of_another_manager_is_a_conflict(
        self, cluster: Cluster, namespace: str, write_as: WriteAs
    ) -> None:
        apply(cluster, namespace, {"a": "1"})
        write_as("somebody", "one", {"a": "2"})
        with pytest.raises(FieldConflictError) as caught:
            apply(cluster, namespace, {"a": "1"})
        assert caught.value.conflicts == (FieldConflict(".data.a", "somebody"),)
        assert cluster.get(id_of(namespace))["data"] == {"a": "2"}
        assert apply(cluster, namespace, {"a": "1"}, force=True)["data"] == {"a": "1"}

    def test_the_same_value_is_none(
        self, cluster: Cluster, namespace: str, write_as: WriteAs
    ) -> None:
        apply(cluster, namespace, {"a": "1"})
        write_as("somebody", "one", {"a": "2"})
        assert apply(cluster, namespace, {"a": "2"})["data"] == {"a": "2"}

    def test_a_dry_run_tells_and_does_not_do(self, cluster: Cluster, namespace: str) -> None:
        apply(cluster, namespace, {"a": "1"})
        assert apply(cluster, namespace, {"a": "2"}, dry_run=True)["data"] == {"a": "2"}
        assert cluster.get(id_of(namespace))["data"] == {"a": "1"}

    @pytest.mark.parametrize("precondition", ["uid", "resourceVersion"])
    def test_another_object_is_a_conflict(
        self, cluster: Cluster, namespace: str, write_as: WriteAs, precondition: str
    ) -> None:
        before = apply(cluster, namespace, {"a": "1"})
        if precondition == "uid":
            cluster.delete(id_of(namespace))
        else:
            write_as("somebody", "one", {"b": "1"})
        body = config_map(namespace, a="2")
        body["metadata"][precondition] = before["metadata"][precondition]
        with pytest.raises(ConflictError) as caught:
            cluster.patch(id_of(namespace), body, content_type=APPLY_PATCH, force=True)
        assert not isinstance(caught.value, FieldConflictError)

    def test_what_is_not_applied_is_written_as_helm_writes(
        self, cluster: Cluster, namespace: str
    ) -> None:
        cluster.create(config_map(namespace, a="1"))
        written = cluster.patch(id_of(namespace), {"data": {"a": "2"}})
        assert managers(written) == {("helm", "Update")}

    def test_managers_can_be_written(
        self, cluster: Cluster, namespace: str, write_as: WriteAs
    ) -> None:
        apply(cluster, namespace, {"a": "1"})
        write_as("somebody", "one", {"b": "1"})
        found = cluster.get(id_of(namespace))
        ours = [e for e in found["metadata"]["managedFields"] if e["manager"] == "werfish"]
        operations = [{"op": "replace", "path": "/metadata/managedFields", "value": ours}]
        written = cluster.patch(id_of(namespace), operations, content_type=JSON_PATCH)
        assert managers(written) == {("werfish", "Apply")}
