"""A namespace in which pods really run, and tracking in it."""

import io
from time import monotonic
from typing import Any

import pytest

from werfish.kube.client import KubeCluster
from werfish.kube.errors import NotFoundError
from werfish.kube.resource import Resource, ResourceId, gvk_of
from werfish.log import Log
from werfish.track.errors import ResourceFailedError
from werfish.track.tracker import Tracked
from werfish.track.watch import track

NEVER = {"exec": {"command": ["sh", "-c", "echo not yet; exit 1"]}, "periodSeconds": 1}
"""A readiness probe. Without one a container is ready for as long as it takes to crash."""


class Place:
    """A namespace of the test's own, and what was written while tracking in it."""

    def __init__(self, cluster: KubeCluster, namespace: str, image: str) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.image = image
        self.stream = io.StringIO()
        self.log = Log(self.stream, clock=monotonic)

    def apply(self, manifest: dict[str, Any]) -> Resource:
        """Create or patch it in the namespace."""
        manifest["metadata"]["namespace"] = self.namespace
        id = ResourceId(gvk_of(manifest), self.namespace, manifest["metadata"]["name"])
        try:
            self.cluster.get(id)
        except NotFoundError:
            self.cluster.create(manifest)
        else:
            self.cluster.patch(id, manifest)
        return Resource(id, manifest)

    def apply_global(self, manifest: dict[str, Any]) -> ResourceId:
        """Create what belongs to no namespace; the caller removes it."""
        self.cluster.create(manifest)
        return ResourceId(gvk_of(manifest), "", manifest["metadata"]["name"])

    def track(self, *resources: Resource, timeout: float = 60) -> tuple[Tracked, ...]:
        """Track to the end."""
        return track(
            resources, cluster=self.cluster, log=self.log, clock=monotonic, timeout=timeout
        )

    def failure(self, *resources: Resource) -> ResourceFailedError:
        """Track what has to fail, and return how."""
        with pytest.raises(ResourceFailedError) as caught:
            self.track(*resources)
        return caught.value

    @property
    def written(self) -> str:
        """What was written while tracking."""
        return self.stream.getvalue()

    def workload(self, kind: str, script: str, **container: Any) -> dict[str, Any]:
        """Return a workload of one pod that runs *script*."""
        labels = {"app": kind.lower()}
        spec: dict[str, Any] = {"selector": {"matchLabels": labels}}
        if kind != "DaemonSet":
            spec["replicas"] = 1
        spec["template"] = {"metadata": {"labels": labels}, "spec": self._pod(script, container)}
        return {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": kind.lower(), "annotations": {}},
            "spec": spec,
        }

    def job(self, script: str, **spec: Any) -> dict[str, Any]:
        """Return a Job that runs *script*."""
        pod = self._pod(script, {}) | {"restartPolicy": "Never"}
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "job"},
            "spec": {"backoffLimit": 0, **spec, "template": {"spec": pod}},
        }

    def _pod(self, script: str, container: dict[str, Any]) -> dict[str, Any]:
        command = ["sh", "-c", script]
        one = {"name": "app", "image": self.image, "command": command, **container}
        return {"terminationGracePeriodSeconds": 0, "containers": [one]}
