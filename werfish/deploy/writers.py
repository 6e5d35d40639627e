"""How one object is written: as a patch that werfish merged, or applied by the server."""

from typing import Any, Protocol

from werfish.deploy.changes import Change, present
from werfish.kube.cluster import Cluster
from werfish.kube.resource import Manifest


class Writer(Protocol):
    """Writes single objects; errors are the cluster's."""

    def create(self, wanted: Manifest) -> Manifest:
        """Create an object; `AlreadyExistsError` where it is there."""
        ...

    def update(self, change: Change) -> None:
        """Make one update; `ConflictError` where the object is not as the change saw it."""
        ...


class MergeWriter:
    """Sends the patch of a change, bound to the resourceVersion that it was merged on."""

    def __init__(self, cluster: Cluster) -> None:
        """Write to *cluster*."""
        self._cluster = cluster

    def create(self, wanted: Manifest) -> Manifest:
        """See `Writer.create`."""
        return self._cluster.create(wanted)

    def update(self, change: Change) -> None:
        """See `Writer.update`; an empty patch is not sent."""
        if not change.patch:
            return
        live = present(change.before)
        metadata = change.patch.get("metadata") or {}
        version = {"resourceVersion": live["metadata"]["resourceVersion"]}
        body: dict[str, Any] = {**change.patch, "metadata": {**metadata, **version}}
        self._cluster.patch(change.id, body)
