"""A namespace in which pods really run, and tracking in it."""

import io
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from werfish.kube.client import KubeCluster
from werfish.kube.errors import ForbiddenError, NotFoundError
from werfish.kube.resource import Resource, ResourceId, gvk_of
from werfish.log import Log
from werfish.track.errors import ResourceFailedError, TrackTimeoutError
from werfish.track.tracker import Tracked
from werfish.track.watch import track

NEVER = {"exec": {"command": ["sh", "-c", "echo not yet; exit 1"]}, "periodSeconds": 1}
"""A readiness probe. Without one a container is ready for as long as it takes to crash."""


class Told(io.StringIO):
    """What was written while tracking; acts at once when a text is in it, however slow all is."""

    def __init__(self) -> None:
        super().__init__()
        self._awaited: tuple[str, Callable[[], object]] | None = None

    def when(self, text: str, act: Callable[[], object]) -> None:
        """Do *act* once, when *text* was written."""
        self._awaited = text, act

    def write(self, text: str) -> int:
        """Write *text*, and do what waits for it."""
        written = super().write(text)
        if self._awaited and self._awaited[0] in self.getvalue():
            (_, act), self._awaited = self._awaited, None
            act()
        return written


class Place:
    """A namespace of the test's own, and what was written while tracking in it."""

    def __init__(self, cluster: KubeCluster, namespace: str, image: str) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.image = image
        self.stream = Told()
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

    def allow_no_pods(self) -> None:
        """Set a quota of no pods, and return when the server enforces it: it needs a moment."""
        quota = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": {"name": "none"},
            "spec": {"hard": {"pods": "0"}},
        }
        self.apply(quota)
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "try", "namespace": self.namespace},
            "spec": self._pod("true", {}),
        }
        latest = monotonic() + 60
        while monotonic() < latest:
            try:
                self.cluster.create(pod, dry_run=True)
            except ForbiddenError as error:
                if "exceeded quota" in str(error):
                    return
        raise AssertionError("the quota is not enforced after 60 s")

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

    def runs_out(self, told: str, *resources: Resource) -> TrackTimeoutError:
        """Let the time run out as soon as *told* was written, and return what is said then."""
        clock = self.clock_that_leaps(told)
        with pytest.raises(TrackTimeoutError) as caught:
            track(resources, cluster=self.cluster, log=self.log, clock=clock, timeout=120)
        return caught.value

    def clock_that_leaps(self, told: str) -> Callable[[], float]:
        """Return a clock that leaps over two minutes once *told* was written."""
        passed = [0.0]
        self.stream.when(told, lambda: passed.append(200.0))
        return lambda: monotonic() + passed[-1]

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
