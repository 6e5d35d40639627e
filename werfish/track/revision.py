"""Which pods belong to the revision that is being rolled out. Pure.

Only their troubles count: pods of the revision before may crash as they please. Before a
controller has observed a change nothing is new, so nothing counts.
"""

from collections.abc import Iterable

from werfish.kube import fields
from werfish.kube.resource import Manifest
from werfish.track.deletion import is_being_deleted
from werfish.track.verdict import is_stale

_REVISION = "deployment.kubernetes.io/revision"
_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
_WRITERS = frozenset({"helm", "werfish"})
"""The names under which a deploy writes, see `werfish.kube.client`."""


def owner_uid(manifest: Manifest) -> str:
    """Return the uid of the controller that owns the object, empty where it has none."""
    owners = fields.tables(manifest, "metadata", "ownerReferences")
    return next((fields.text(one, "uid") for one in owners if one.get("controller") is True), "")


def written_at(manifest: Manifest | None) -> str:
    """Return when a deploy last wrote the object, by the server's clock; empty where none did."""
    entries = fields.tables(manifest, "metadata", "managedFields")
    ours = [
        e for e in entries if fields.text(e, "manager") in _WRITERS and not e.get("subresource")
    ]
    return max((fields.text(entry, "time") for entry in ours), default="")


def newest_replica_set(deployment: Manifest, owned: Iterable[Manifest]) -> Manifest | None:
    """Return the ReplicaSet of the Deployment's present revision, among those it *owned*."""
    if is_stale(deployment):
        return None
    revision = fields.annotation(deployment, _REVISION)
    return next((one for one in owned if fields.annotation(one, _REVISION) == revision), None)


def is_new(kind: str, root: Manifest, pod: Manifest) -> bool:
    """Tell whether *pod*, which *root* owns, is of its present revision.

    For a Deployment *root* is its newest ReplicaSet.
    """
    if is_being_deleted(pod):
        return False
    labels = fields.table(pod, "metadata", "labels")
    match kind:
        case "StatefulSet":
            revision = fields.text(root, "status", "updateRevision")
            return not is_stale(root) and labels.get("controller-revision-hash") == revision
        case "DaemonSet":
            generation = fields.annotation(root, _TEMPLATE_GENERATION)
            return not is_stale(root) and labels.get("pod-template-generation") == generation
        case _:
            return True
