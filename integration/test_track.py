"""Tracking on a node where pods really run, fail and restart."""

import os
import re
from pathlib import Path
from time import monotonic

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.tracking import NEVER, Place
from werfish.kube.client import KubeCluster
from werfish.kube.errors import NotFoundError
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Gvk, ResourceId
from werfish.track.errors import NotGoneError, ResourceFailedError
from werfish.track.gone import wait_gone
from werfish.track.verdict import Verdict

NAMESPACE = Gvk("", "v1", "Namespace")


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_a_rollout_is_followed_to_its_end(place: Place, kind: str) -> None:
    for word in ("first", "second"):
        one = place.apply(place.workload(kind, f"echo {word}; sleep 1000"))
        assert place.track(one)[0].readiness.verdict is Verdict.READY
        live = place.cluster.get(one.id)
        assert live["status"]["observedGeneration"] == live["metadata"]["generation"]
        pods = place.cluster.list(Gvk("", "v1", "Pod"), place.namespace).items
        alive = [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
        assert [pod["spec"]["containers"][0]["command"][2] for pod in alive] == [
            f"echo {word}; sleep 1000"
        ]


def test_a_job_is_waited_for_with_its_whole_log(place: Place) -> None:
    script = "for n in 1 2 3; do echo line $n; sleep 0.2; done; echo the end"
    assert place.track(place.apply(place.job(script)))[0].readiness.message == "complete"
    for line in ("line 1", "line 2", "line 3", "the end"):
        assert place.written.count(f"/app | {line}\n") == 1


def test_a_failed_job_shows_why(place: Place) -> None:
    error = place.failure(place.apply(place.job("echo no such table; exit 3")))
    assert error.cause is not None
    assert error.cause.exit_code == 3
    assert error.log == ("no such table",)


def test_a_crashing_deployment_fails_with_its_last_words(place: Place) -> None:
    begin = monotonic()
    error = place.failure(
        place.apply(place.workload("Deployment", "echo dying; exit 7", readinessProbe=NEVER))
    )
    assert error.cause is not None
    assert error.cause.exit_code == 7
    assert error.log == ("dying",)
    assert monotonic() - begin < 30


def test_a_missing_image_is_named(place: Place) -> None:
    missing = place.image.replace("busybox", "no-such-image")
    error = place.failure(place.apply(place.workload("Deployment", "true", image=missing)))
    assert missing in str(error)


def test_memory_is_named(place: Place) -> None:
    limits = {"limits": {"memory": "20Mi"}}
    script = "head -c 200m /dev/zero | tail"
    manifest = place.workload("Deployment", script, resources=limits, readinessProbe=NEVER)
    error = place.failure(place.apply(manifest))
    assert "OOMKilled: it used more memory than its limit of 20Mi" in str(error)


def test_a_missing_config_map_may_still_come(place: Place) -> None:
    source = [{"configMapRef": {"name": "late"}}]
    one = place.apply(place.workload("Deployment", "sleep 1000", envFrom=source))
    late = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}}
    place.stream.when('configmap "late" not found', lambda: place.apply(late))
    assert place.track(one)[0].readiness.verdict is Verdict.READY


def test_a_failed_init_container_is_named(place: Place) -> None:
    manifest = place.workload("Deployment", "sleep 1000")
    init = {"name": "init", "image": place.image, "command": ["sh", "-c", "echo bad; exit 5"]}
    manifest["spec"]["template"]["spec"]["initContainers"] = [init]
    error = place.failure(place.apply(manifest))
    assert error.cause is not None
    assert (error.cause.container, error.cause.exit_code, error.log) == ("init", 5, ("bad",))


def test_no_room_is_told_until_time_runs_out(place: Place) -> None:
    huge = {"requests": {"cpu": "1000"}}
    one = place.apply(place.workload("Deployment", "true", resources=huge))
    assert "Insufficient cpu" in str(place.runs_out("Insufficient cpu", one))


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Job"])
def test_a_quota_is_told_until_time_runs_out(place: Place, kind: str) -> None:
    place.allow_no_pods()
    manifest = place.job("true") if kind == "Job" else place.workload(kind, "true")
    error = place.runs_out("exceeded quota", place.apply(manifest))
    assert re.search("FailedCreate.*exceeded quota", str(error))


def test_the_progress_deadline_fails_it(place: Place) -> None:
    manifest = place.workload("Deployment", "echo hello; sleep 1000", readinessProbe=NEVER)
    manifest["metadata"]["annotations"]["werf.io/failures-allowed-per-replica"] = "1000"
    over = {**manifest, "spec": {"progressDeadlineSeconds": 1}}
    place.stream.when("Readiness probe failed: not yet", lambda: place.apply(over))
    error = place.failure(place.apply(manifest))
    assert "ProgressDeadlineExceeded" in str(error)
    assert "Readiness probe failed: not yet" in str(error)
    assert error.log == ("hello",)


def test_a_crashing_old_revision_does_not_fail_the_new_one(place: Place) -> None:
    with pytest.raises(ResourceFailedError):
        place.track(place.apply(place.workload("Deployment", "exit 1", readinessProbe=NEVER)))
    mended = place.apply(place.workload("Deployment", "sleep 1000"))
    assert place.track(mended)[0].readiness.verdict is Verdict.READY


def test_it_survives_a_server_that_drops_every_connection(
    place: Place, tmp_path: Path, kit: Endpoints
) -> None:
    """Watches and logs break in the middle and go on; nothing is shown twice."""
    from tests.fakes.relay import Relay
    from werfish.kube.connection import Connection
    from werfish.kube.kubeconfig import load_access

    access = load_access(KubeOptions(config=kit.kubeconfig or "", environment=os.environ))
    with Relay(access.server.removeprefix("https://")) as relay:
        object.__setattr__(access, "server", f"https://{relay.address}")
        flaky = Place(KubeCluster(Connection(access)), place.namespace, place.image)
        script = "for n in $(seq 30); do echo line $n.; sleep 0.1; done"
        one = flaky.apply(flaky.job(script))
        flaky.stream.when("line 10.", relay.cut)
        assert flaky.track(one)[0].readiness.message == "complete"
        assert relay.cuts
        shown = [line for line in flaky.written.splitlines() if "/app | line" in line]
        assert [line.split("| ")[1] for line in shown] == [f"line {n}." for n in range(1, 31)]


def test_a_namespace_is_waited_for(place: Place) -> None:
    place.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}})
    id = ResourceId(NAMESPACE, "", place.namespace)
    place.cluster.delete(id)
    wait_gone({id: ""}, cluster=place.cluster, log=place.log, clock=monotonic, timeout=60)
    with pytest.raises(NotFoundError):
        place.cluster.get(id)


def test_what_holds_a_namespace_up_is_told(place: Place) -> None:
    metadata = {"name": "one", "finalizers": ["example.com/hold"]}
    held = place.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    id = ResourceId(NAMESPACE, "", place.namespace)
    place.cluster.delete(id)
    clock = place.clock_that_leaps("example.com/hold")
    with pytest.raises(NotGoneError, match=r"example\.com/hold"):
        wait_gone({id: ""}, cluster=place.cluster, log=place.log, clock=clock, timeout=120)
    place.cluster.patch(held.id, {"metadata": {"finalizers": None}})
    wait_gone({id: ""}, cluster=place.cluster, log=place.log, clock=monotonic, timeout=60)


def test_the_program_tells_what_is_not_there(program: Program) -> None:
    failed = program("track", "configmap/absent", "--namespace", "default", code=10)
    assert 'track ConfigMap/absent: it is not there in namespace "default"' in failed.stderr
