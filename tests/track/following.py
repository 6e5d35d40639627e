"""A `track` that runs beside the test, which plays the controllers of a fake cluster."""

import io
import queue
import threading
from time import monotonic
from typing import Any

from tests.fakes.cluster import FakeCluster
from tests.track.manifests import owned, resource
from werfish.kube.resource import Gvk, Resource, ResourceId
from werfish.log import Log
from werfish.track.tracker import Tracked
from werfish.track.watch import track

FULL = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}


CONFIG_MAP = Gvk("", "v1", "ConfigMap")


class Running:
    """A `track` in a thread: what it wrote, returned or raised."""

    def __init__(self, cluster: FakeCluster, *resources: Resource, **options: Any) -> None:
        self._written: queue.Queue[str] = queue.Queue()
        self.lines: list[str] = []
        self._result: tuple[Tracked, ...] = ()
        self._error: Exception | None = None
        log = Log(_Lines(self._written), clock=monotonic)

        def run() -> None:
            try:
                self._result = track(
                    resources, cluster=cluster, log=log, clock=monotonic, **options
                )
            except Exception as error:  # noqa: BLE001 - handed to the test
                self._error = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def until(self, words: str) -> None:
        """Wait until a line has *words*."""
        while not any(words in line for line in self.lines):
            self.lines.append(self._written.get(timeout=10))

    def result(self) -> tuple[Tracked, ...]:
        self._thread.join(10)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error
        while not self._written.empty():
            self.lines.append(self._written.get())
        return self._result


class _Lines(io.StringIO):
    def __init__(self, lines: "queue.Queue[str]") -> None:
        super().__init__()
        self._lines = lines

    def write(self, text: str) -> int:
        self._lines.put(text.rstrip("\n"))
        return len(text)


def apply(cluster: FakeCluster, manifest: dict[str, Any]) -> Resource:
    cluster.create(manifest)
    return resource(manifest)


def set_status(cluster: FakeCluster, id: ResourceId, **status: Any) -> None:
    cluster.patch(id, {"status": status}, subresource="status")


def crashing(cluster: FakeCluster, one: Resource) -> ResourceId:
    """Play the controller: one new pod for a StatefulSet, and return its id."""
    set_status(cluster, one.id, observedGeneration=1, updateRevision="new")
    uid = cluster.get(one.id)["metadata"]["uid"]
    labels = {"controller-revision-hash": "new"}
    cluster.create(owned("Pod", "web-0", uid, labels=labels))
    return ResourceId(Gvk("", "v1", "Pod"), "default", "web-0")


def end(cluster: FakeCluster, pod: ResourceId, restarts: int) -> None:
    terminated = {"terminated": {"exitCode": 7, "reason": "Error"}}
    status = {"name": "app", "restartCount": restarts, "state": terminated}
    set_status(cluster, pod, containerStatuses=[status])
