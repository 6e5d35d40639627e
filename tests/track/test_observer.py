"""What who observes a `track` hears of it."""

from typing import TypeVar

import pytest

from tests.fakes.cluster import FakeCluster
from tests.track.following import FULL, Running, apply, crashing, end, set_status
from tests.track.manifests import warning, workload
from werfish.kube import fields
from werfish.kube.resource import Gvk, ResourceId
from werfish.track.errors import ResourceFailedError, TrackTimeoutError
from werfish.track.events import Decided, Event, EventSeen, StateChanged
from werfish.track.verdict import Verdict

T = TypeVar("T")


class Heard:
    """Remembers every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def note(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


def test_an_observer_hears_states_logs_events_and_the_verdict(cluster: FakeCluster) -> None:
    heard, web = Heard(), apply(cluster, workload("StatefulSet"))
    run = Running(cluster, web, observer=heard)
    run.until("has not seen")
    pod = crashing(cluster, web)
    cluster.logs_of["default", "web-0", "app"] = ["2024-01-01T00:00:00Z no database"]
    end(cluster, pod, 0)
    run.until("exit code 7")
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError):
        run.result()
    (decided,) = heard.of(Decided)
    assert (decided.verdict, decided.culprit, decided.count) == (Verdict.FAILED, web.id, 1)
    assert decided.cause is not None
    assert heard.of(StateChanged)[-1].readiness.verdict is Verdict.FAILED


def test_an_observer_hears_what_was_lacking_in_the_end(cluster: FakeCluster) -> None:
    heard, web = Heard(), apply(cluster, workload())
    with pytest.raises(TrackTimeoutError):
        Running(cluster, web, observer=heard, timeout=0.2).result()
    (decided,) = heard.of(Decided)
    assert (decided.verdict, [id for id, _ in decided.lacking]) == (Verdict.WAITING, [web.id])


def test_an_event_of_a_pod_is_heard_once(cluster: FakeCluster) -> None:
    heard, web = Heard(), apply(cluster, workload("StatefulSet"))
    run = Running(cluster, web, observer=heard)
    run.until("has not seen")
    pod = crashing(cluster, web)
    run.until("0 of 1")
    event = warning(fields.uid_of(cluster.get(pod)), "FailedMount", "no volume")
    event["involvedObject"] |= {"kind": "Pod", "name": "web-0"}
    created = cluster.create(event)
    run.until("no volume")
    id = ResourceId(Gvk("", "v1", "Event"), "default", created["metadata"]["name"])
    cluster.patch(id, {"reportingInstance": "again"})
    full = {**FULL, "readyReplicas": 1, "currentRevision": "new", "updateRevision": "new"}
    set_status(cluster, web.id, **full)
    run.result()
    (seen,) = heard.of(EventSeen)
    assert (seen.about, seen.reason, seen.message) == ("Pod/web-0", "FailedMount", "no volume")
