"""Following resources of a fake cluster whose controllers the tests play."""

import io
import queue
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

import pytest

from tests.fakes.cluster import FakeCluster, FakeLog
from tests.track.manifests import job, owned, resource, running, warning, workload
from werfish.kube import fields
from werfish.kube.annotations import AnnotationError
from werfish.kube.cluster import ApiResource, Listing, LogQuery
from werfish.kube.errors import ForbiddenError, NotFoundError
from werfish.kube.resource import Gvk, Resource, ResourceId
from werfish.kube.status_rule import status_rule
from werfish.log import Log
from werfish.track.annotations import TrackingOptions
from werfish.track.errors import NotGoneError, ResourceFailedError, TrackTimeoutError
from werfish.track.events import Decided, Event, EventSeen, StateChanged
from werfish.track.feed import Change, Feed, News, Selection, Snapshot
from werfish.track.gone import wait_gone
from werfish.track.patience import out_of_patience, patience_of
from werfish.track.report import show_lacking
from werfish.track.tracker import Tracked
from werfish.track.verdict import Verdict, waiting
from werfish.track.watch import track

FULL = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
T = TypeVar("T")
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


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


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


def test_it_returns_when_the_last_resource_is_ready(cluster: FakeCluster) -> None:
    web, task = apply(cluster, workload()), apply(cluster, job())
    run = Running(cluster, web, task)
    run.until("0 of 1 pods succeeded")
    set_status(cluster, web.id, **FULL)
    run.until("Deployment/web: ready")
    set_status(cluster, task.id, conditions=[{"type": "Complete", "status": "True"}])
    assert [one.readiness.verdict for one in run.result()] == [Verdict.READY] * 2


def test_other_kinds_cost_no_request(cluster: FakeCluster) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    assert Running(cluster, resource(config)).result()[0].readiness.verdict is Verdict.READY
    assert cluster.requests == []


def test_a_crash_beyond_the_budget_ends_it_with_the_log(cluster: FakeCluster) -> None:
    web = apply(cluster, workload("StatefulSet"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    cluster.logs_of["default", "web-0", "app"] = ["starting", "no database"]
    end(cluster, pod, 0)
    run.until("exit code 7")
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError) as caught:
        run.result()
    assert caught.value.resource == web.id
    assert caught.value.cause is not None
    assert (caught.value.cause.pod, caught.value.cause.exit_code) == ("web-0", 7)
    assert caught.value.log == ("starting", "no database")
    assert "no database" in str(caught.value)


def test_pods_of_the_old_revision_may_crash(cluster: FakeCluster) -> None:
    web = apply(cluster, workload("StatefulSet", failures_allowed_per_replica="0"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    cluster.patch(pod, {"metadata": {"labels": {"controller-revision-hash": "old"}}})
    end(cluster, pod, 5)
    set_status(cluster, web.id, **FULL)
    assert run.result()[0].readiness.verdict is Verdict.READY


def test_only_the_newest_replica_set_counts(cluster: FakeCluster) -> None:
    web = apply(cluster, workload(failures_allowed_per_replica="0"))
    key = "deployment.kubernetes.io/revision"
    uid = cluster.get(web.id)["metadata"]["uid"]
    for revision in ("1", "2"):
        replica_set = owned("ReplicaSet", f"web-{revision}", uid)
        replica_set["apiVersion"] = "apps/v1"
        replica_set["metadata"]["annotations"] = {key: revision}
        owner = cluster.create(replica_set)["metadata"]["uid"]
        status = {"name": "app", "restartCount": 0, "state": {"terminated": {"exitCode": 1}}}
        manifest = owned("Pod", f"pod-{revision}", owner)
        cluster.create({**manifest, "status": {"containerStatuses": [status]}})
    cluster.patch(web.id, {"metadata": {"annotations": {key: "2"}}})
    set_status(cluster, web.id, observedGeneration=1)
    with pytest.raises(ResourceFailedError, match="Pod/pod-2"):
        Running(cluster, web).result()


def test_logs_are_shown_once(cluster: FakeCluster) -> None:
    cluster.logs_of["default", "web-0", "app"] = ["listening", "listening"]
    web = apply(cluster, workload("StatefulSet"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    for _ in range(3):
        set_status(cluster, pod, containerStatuses=[running()])
    run.until("web-0/app | listening")
    cluster.forget_history()
    set_status(cluster, web.id, **FULL)
    run.result()
    assert sum("| listening" in line for line in run.lines) == 2


def test_logs_may_be_skipped(cluster: FakeCluster) -> None:
    cluster.logs_of["default", "web-0", "app"] = ["secret"]
    web = apply(cluster, workload("StatefulSet", skip_logs="true"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    end(cluster, pod, 0)
    run.until("exit code 7")
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError) as caught:
        run.result()
    assert caught.value.log == ()
    assert not any("secret" in line for line in run.lines)


class Unreadable(FakeCluster):
    """A cluster for a role that may read everything but logs and events."""

    def logs(self, namespace: str, pod: str, container: str, query: LogQuery) -> FakeLog:
        raise ForbiddenError(f"read the log of Pod/{pod}", "not you", status=403)

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        if gvk.kind == "Event":
            raise ForbiddenError("list Event objects", "not you", status=403)
        return super().list(gvk, namespace, labels=labels, fields=fields)


def test_what_may_not_be_read_is_said_once() -> None:
    cluster = Unreadable()
    web = apply(cluster, workload("StatefulSet", show_service_messages="true"))
    run = Running(cluster, web)
    run.until("has not seen")
    pod = crashing(cluster, web)
    end(cluster, pod, 0)
    for words in ("exit code 7", "logs stay unread", "may stay unknown"):
        run.until(words)
    end(cluster, pod, 1)
    with pytest.raises(ResourceFailedError):
        run.result()
    said = [line for line in run.lines if line.startswith("warning: ")]
    assert sorted(line.split("; ")[1] for line in said) == [
        "causes of failures may stay unknown",
        "logs stay unread",
    ]


def test_kinds_of_one_name_in_two_groups_are_two(cluster: FakeCluster) -> None:
    """Knative and OpenKruise have a Service and a StatefulSet of their own."""
    kind = ApiResource(Gvk("apps.kruise.io", "v1beta1", "StatefulSet"), "statefulsets", True)
    cluster.serve(kind)
    web = apply(cluster, workload("StatefulSet"))
    own = apply(cluster, {**workload("StatefulSet"), "apiVersion": "apps.kruise.io/v1beta1"})
    run = Running(cluster, web, own)
    set_status(cluster, web.id, **FULL)
    run.until("ready: 1 of 1")
    set_status(cluster, own.id, **FULL)
    assert [one.readiness.verdict for one in run.result()] == [Verdict.READY] * 2


def test_two_of_one_name_are_told_apart(cluster: FakeCluster) -> None:
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    web, manifest = apply(cluster, workload()), workload()
    manifest["metadata"]["namespace"] = "other"
    cluster.create(manifest)
    away = Resource(web.id._replace(namespace="other"), manifest)
    run = Running(cluster, web, away, timeout=0.5, progress_seconds=0.1)
    run.until("Deployment/web in default: waiting")
    run.until("  Deployment/web in other: ")
    with pytest.raises(TrackTimeoutError, match="\n  Deployment/web in other: "):
        run.result()


def test_an_ignored_failure_is_a_result(cluster: FakeCluster) -> None:
    stated = job()
    stated["metadata"]["annotations"] = {"werf.io/fail-mode": "IgnoreAndContinueDeployProcess"}
    task = apply(cluster, stated)
    set_status(cluster, task.id, conditions=[{"type": "Failed", "status": "True"}])
    assert Running(cluster, task).result()[0].readiness.verdict is Verdict.FAILED


def test_a_deleted_resource_fails(cluster: FakeCluster) -> None:
    task = apply(cluster, job())
    run = Running(cluster, task)
    run.until("0 of 1")
    cluster.delete(task.id)
    with pytest.raises(ResourceFailedError, match="deleted meanwhile"):
        run.result()


def test_a_job_that_is_cleaned_up_after_success_is_ready(cluster: FakeCluster) -> None:
    """``ttlSecondsAfterFinished: 0``: the last state that the watch tells is the one to judge."""
    manifest = job(ttlSecondsAfterFinished=0)
    task = apply(cluster, manifest | {"metadata": {**manifest["metadata"], "finalizers": ["pods"]}})
    web = apply(cluster, workload(replicas=1))
    run = Running(cluster, task, web)
    run.until("0 of 1 pods succeeded")
    set_status(cluster, task.id, conditions=[{"type": "Complete", "status": "True"}])
    cluster.delete(task.id)
    run.until("Job/web: ready")
    cluster.patch(task.id, {"metadata": {"finalizers": None}})
    set_status(cluster, web.id, **FULL)
    assert run.result()[0].readiness.verdict is Verdict.READY


def test_an_absent_resource_fails(cluster: FakeCluster) -> None:
    with pytest.raises(ResourceFailedError, match="not there"):
        Running(cluster, resource(job())).result()


def test_time_runs_out_with_what_is_lacking(cluster: FakeCluster) -> None:
    web = apply(cluster, workload())
    with pytest.raises(TrackTimeoutError, match="Deployment/web: its controller"):
        Running(cluster, web, timeout=0.3, progress_seconds=0.1).result()


def test_progress_is_told_from_time_to_time(cluster: FakeCluster) -> None:
    web = apply(cluster, workload())
    run = Running(cluster, web, progress_seconds=0.05)
    run.until("waiting for 1 of 1 resource, ")
    set_status(cluster, web.id, **FULL)
    run.result()


def test_wrong_annotations_are_told_before_anything_is_asked(cluster: FakeCluster) -> None:
    with pytest.raises(AnnotationError):
        Running(cluster, resource(workload(fail_mode="Maybe"))).result()
    assert cluster.requests == []


def test_it_goes_on_after_a_gap(cluster: FakeCluster) -> None:
    web = apply(cluster, workload())
    run = Running(cluster, web)
    run.until("has not seen")
    cluster.forget_history()
    set_status(cluster, web.id, **FULL)
    assert run.result()[0].readiness.verdict is Verdict.READY


def test_one_watch_a_kind_and_namespace(cluster: FakeCluster) -> None:
    resources = []
    for number in range(10):
        manifest = workload()
        manifest["metadata"] = {"name": f"web-{number}", "namespace": "default"}
        resources.append(apply(cluster, manifest))
        set_status(cluster, resources[-1].id, **FULL)
    cluster.requests.clear()
    Running(cluster, *resources).result()
    assert sum(method == "list" for method, _ in cluster.requests) <= 3


def test_a_feed_tells_what_went_away_in_a_gap(cluster: FakeCluster) -> None:
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    for name in ("stays", "goes"):
        metadata = {"name": name, "namespace": "default"}
        cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    feed = Feed(cluster, Selection(CONFIG_MAP, "default"), news.put)
    first = news.get(timeout=10)
    assert isinstance(first, Snapshot)
    assert len(first.items) == 2
    cluster.delete(ResourceId(CONFIG_MAP, "default", "goes"))
    cluster.forget_history()
    told = news.get(timeout=10)
    while isinstance(told, Change):
        told = news.get(timeout=10)
    assert isinstance(told, Snapshot)
    assert [item["metadata"]["name"] for item in told.items] == ["stays"]
    feed.close()


Waiting = Callable[..., None]


@pytest.fixture
def wait(cluster: FakeCluster) -> Waiting:
    def run(*ids: ResourceId, timeout: float | None = None) -> None:
        log = Log(io.StringIO(), clock=monotonic)
        going = dict.fromkeys(ids, "")
        wait_gone(going, cluster=cluster, log=log, clock=monotonic, timeout=timeout)

    return run


def test_what_never_was_is_gone(wait: Waiting) -> None:
    wait(ResourceId(CONFIG_MAP, "default", "one"), ResourceId(CONFIG_MAP, "no-namespace", "two"))


def test_what_the_cluster_does_not_even_know_is_gone(wait: Waiting) -> None:
    wait(ResourceId(Gvk("example.com", "v1", "Wonder"), "default", "one"))


def test_it_waits_for_the_finalizer(cluster: FakeCluster, wait: Waiting) -> None:
    id = ResourceId(CONFIG_MAP, "default", "one")
    metadata = {"name": "one", "namespace": "default", "finalizers": ["example.com/hold"]}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    cluster.delete(id)
    with pytest.raises(NotGoneError, match=r"held by finalizers: example\.com/hold"):
        wait(id, timeout=0.2)
    cluster.patch(id, {"metadata": {"finalizers": None}})
    wait(id)


def test_another_object_of_the_name_is_not_waited_for(cluster: FakeCluster) -> None:
    id, log = ResourceId(CONFIG_MAP, "default", "one"), Log(io.StringIO(), clock=monotonic)
    metadata = {"name": "one", "namespace": "default"}
    made = cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    wait_gone({id: "another"}, cluster=cluster, log=log, clock=monotonic, timeout=5)
    uid = made["metadata"]["uid"]
    with pytest.raises(NotGoneError):
        wait_gone({id: uid}, cluster=cluster, log=log, clock=monotonic, timeout=0.2)


class Unwatchable(FakeCluster):
    """A cluster for a role that may delete and read, and neither list nor watch."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise ForbiddenError("list", "not you", status=403)


def test_a_role_that_may_not_watch_looks_once() -> None:
    cluster, id = Unwatchable(), ResourceId(CONFIG_MAP, "default", "one")
    log = Log(io.StringIO(), clock=monotonic)
    wait_gone({id: ""}, cluster=cluster, log=log, clock=monotonic)
    metadata = {"name": "one", "namespace": "default"}
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    with pytest.raises(ForbiddenError):
        wait_gone({id: ""}, cluster=cluster, log=log, clock=monotonic)


class Unserved(FakeCluster):
    """A cluster whose kind is still known, and no longer served: its CRD was deleted too."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "", fields: str = "") -> Listing:
        raise NotFoundError("list", "404 page not found", status=404)


def test_what_went_with_its_kind_is_gone() -> None:
    log = Log(io.StringIO(), clock=monotonic)
    id = ResourceId(CONFIG_MAP, "default", "one")
    wait_gone({id: ""}, cluster=Unserved(), log=log, clock=monotonic)


INGRESS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {},
}


def test_a_custom_resource_waits_for_the_rule_of_the_project(cluster: FakeCluster) -> None:
    gvk = Gvk("example.com", "v1", "Wonder")
    cluster.serve(ApiResource(gvk, "wonders", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "example.com/v1", "kind": "Wonder", "metadata": metadata})
    rules = [status_rule("example.com", "Wonder", ready=["{.status.phase}=Odd"])]
    run = Running(cluster, one, rules=rules)
    run.until("no controller has written its status")
    set_status(cluster, one.id, phase="Odd")
    assert run.result()[0].readiness.verdict is Verdict.READY


def test_a_failure_of_before_the_change_is_waited_for_until_it_changes(
    cluster: FakeCluster,
) -> None:
    gvk = Gvk("flagger.app", "v1", "Canary")
    cluster.serve(ApiResource(gvk, "canaries", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "flagger.app/v1", "kind": "Canary", "metadata": metadata})
    set_status(cluster, one.id, phase="Failed")
    run = Running(cluster, one)
    run.until("perhaps of before the change")
    set_status(cluster, one.id, phase="Progressing")
    run.until("phase: Progressing")
    set_status(cluster, one.id, phase="Failed", failedChecks=1)
    with pytest.raises(ResourceFailedError, match="phase: Failed"):
        run.result()


def test_a_failure_of_what_was_not_changed_counts_at_once(cluster: FakeCluster) -> None:
    gvk = Gvk("flagger.app", "v1", "Canary")
    cluster.serve(ApiResource(gvk, "canaries", namespaced=True))
    metadata = {"name": "one", "namespace": "default"}
    one = apply(cluster, {"apiVersion": "flagger.app/v1", "kind": "Canary", "metadata": metadata})
    set_status(cluster, one.id, phase="Failed")
    with pytest.raises(ResourceFailedError, match="phase: Failed"):
        Running(cluster, one, changed=False).result()


def test_nothing_changing_for_too_long_is_a_failure(cluster: FakeCluster) -> None:
    one = apply(cluster, workload(no_activity_timeout="100ms"))
    with pytest.raises(ResourceFailedError, match=r"nothing changed for 0\.1 s"):
        Running(cluster, one).result()


def test_an_ingress_without_an_address_is_taken_as_it_is(
    cluster: FakeCluster,
) -> None:
    one = apply(cluster, INGRESS)
    found = waiting("no address", settles=0.1)
    assert patience_of("Ingress", found, TrackingOptions()) == 0.1
    assert out_of_patience(found, 0.1, TrackingOptions()).verdict is Verdict.READY
    set_status(cluster, one.id, loadBalancer={"ingress": [{"ip": "10.0.0.1"}]})
    assert Running(cluster, one).result()[0].readiness.message == "reached at 10.0.0.1"


def test_what_nobody_touched_needs_no_time_to_settle(cluster: FakeCluster) -> None:
    one = apply(cluster, INGRESS)
    [tracked] = Running(cluster, one, untouched={one.id}, timeout=5).result()
    assert tracked.readiness.message.startswith("taken as it is")
    assert tracked.readiness.message.endswith("(nobody touched it)")
    with pytest.raises(TrackTimeoutError):
        Running(cluster, one, timeout=0.1).result()


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


def test_without_a_period_nothing_is_said_again(cluster: FakeCluster) -> None:
    web = apply(cluster, workload())
    run = Running(cluster, web, progress_seconds=0, timeout=0.3)
    with pytest.raises(TrackTimeoutError):
        run.result()
    assert not any("waiting for" in line for line in run.lines)


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


def test_many_resources_are_not_all_named_again_and_again() -> None:
    stream = io.StringIO()
    lacking = [(ResourceId(CONFIG_MAP, "default", str(n)), "why") for n in range(50)]
    show_lacking(Log(stream, clock=monotonic), "50 resources", lacking, 5.0)
    assert stream.getvalue().splitlines()[-1] == "  and 30 more"


def test_a_long_message_is_not_written_whole_again_and_again() -> None:
    stream = io.StringIO()
    lacking = [(ResourceId(CONFIG_MAP, "default", "a"), "word " * 100)]
    show_lacking(Log(stream, clock=monotonic), "1 resource", lacking, 5.0)
    line = stream.getvalue().splitlines()[-1]
    assert len(line) < 240
    assert line.endswith("word ...")
