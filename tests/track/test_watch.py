"""Following resources of a fake cluster whose controllers the tests play."""

import pytest

from tests.fakes.cluster import FakeCluster
from tests.track.following import FULL, Running, apply, crashing, end, set_status
from tests.track.manifests import job, owned, resource, workload
from werfish.kube.annotations import AnnotationError
from werfish.kube.cluster import ApiResource
from werfish.kube.resource import Gvk, Resource
from werfish.track.errors import ResourceFailedError, TrackTimeoutError
from werfish.track.verdict import Verdict


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


def test_without_a_period_nothing_is_said_again(cluster: FakeCluster) -> None:
    web = apply(cluster, workload())
    run = Running(cluster, web, progress_seconds=0, timeout=0.3)
    with pytest.raises(TrackTimeoutError):
        run.result()
    assert not any("waiting for" in line for line in run.lines)
