"""Each kind's rule: strict, and never fooled by a status that is older than the spec."""

from typing import Any

import pytest

from tests.track.manifests import job, live, resource, workload
from werfish.kube.resource import Gvk, gvk_of
from werfish.track.readiness import RULES, readiness_of
from werfish.track.verdict import Readiness, Verdict

READY, WAITING, FAILED = Verdict.READY, Verdict.WAITING, Verdict.FAILED
CLEANED = {"ttlSecondsAfterFinished": 0}


def judged(manifest: dict[str, Any], stated: dict[str, Any] | None = None) -> Readiness:
    return readiness_of(gvk_of(manifest), manifest, stated or {})


def condition(type: str, status: str = "True", **more: str) -> dict[str, Any]:
    return {"conditions": [{"type": type, "status": status, **more}]}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        pytest.param({}, WAITING, id="nothing-yet"),
        pytest.param({"replicas": 2, "updatedReplicas": 1}, WAITING, id="half-updated"),
        pytest.param(
            {"replicas": 3, "updatedReplicas": 2, "availableReplicas": 3}, WAITING, id="old-pods"
        ),
        pytest.param(
            {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 1}, WAITING, id="not-all"
        ),
        pytest.param(
            {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}, READY, id="all"
        ),
        pytest.param(
            {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}, WAITING, id="surplus"
        ),
        pytest.param(
            condition("Progressing", "False", reason="ProgressDeadlineExceeded"),
            FAILED,
            id="deadline",
        ),
    ],
)
def test_deployment(status: dict[str, Any], verdict: Verdict) -> None:
    assert judged(live(workload(replicas=2), **status)).verdict is verdict


def test_a_deployment_of_none_is_ready() -> None:
    assert judged(live(workload(replicas=0))).verdict is READY


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_a_stale_status_never_counts(kind: str) -> None:
    full = {
        "replicas": 1,
        "updatedReplicas": 1,
        "availableReplicas": 1,
        "desiredNumberScheduled": 1,
        "updatedNumberScheduled": 1,
        "numberAvailable": 1,
    }
    current = live(workload(kind), generation=2, **full)
    assert judged(current).verdict is READY
    current["status"]["observedGeneration"] = 1
    assert judged(current).verdict is WAITING


def stateful(
    updated: int, available: int, strategy: dict[str, Any] | None = None, present: int = 3
) -> Readiness:
    manifest = workload("StatefulSet", replicas=3)
    manifest["spec"]["updateStrategy"] = strategy or {"type": "RollingUpdate"}
    status = {"replicas": present, "updatedReplicas": updated, "availableReplicas": available}
    return judged(live(manifest, **status))


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        pytest.param(stateful(3, 3), READY, id="all-new"),
        pytest.param(stateful(2, 3), WAITING, id="mid-rollout"),
        pytest.param(stateful(3, 2), WAITING, id="not-available"),
        pytest.param(stateful(3, 3, present=4), WAITING, id="surplus"),
        pytest.param(
            stateful(1, 3, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
            READY,
            id="partition-kept",
        ),
        pytest.param(
            stateful(0, 3, {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
            WAITING,
            id="partition-not-reached",
        ),
        pytest.param(
            stateful(0, 3, {"type": "RollingUpdate", "rollingUpdate": {"partition": 9}}),
            READY,
            id="partition-beyond",
        ),
        pytest.param(stateful(0, 3, {"type": "OnDelete"}), READY, id="on-delete"),
        pytest.param(stateful(0, 2, {"type": "OnDelete"}), WAITING, id="on-delete-not-available"),
    ],
)
def test_statefulset(found: Readiness, verdict: Verdict) -> None:
    assert found.verdict is verdict


def test_old_pods_by_strategy_are_told() -> None:
    assert "3 of them old" in stateful(0, 3, {"type": "OnDelete"}).message


@pytest.mark.parametrize(
    ("strategy", "status", "verdict"),
    [
        pytest.param("RollingUpdate", (2, 2, 2), READY, id="all"),
        pytest.param("RollingUpdate", (2, 1, 2), WAITING, id="mid-rollout"),
        pytest.param("RollingUpdate", (2, 2, 1), WAITING, id="not-available"),
        pytest.param("RollingUpdate", (0, 0, 0), READY, id="no-node-wants-it"),
        pytest.param("OnDelete", (2, 0, 2), READY, id="on-delete"),
    ],
)
def test_daemonset(strategy: str, status: tuple[int, int, int], verdict: Verdict) -> None:
    manifest = workload("DaemonSet")
    manifest["spec"]["updateStrategy"] = {"type": strategy}
    names = ("desiredNumberScheduled", "updatedNumberScheduled", "numberAvailable")
    assert judged(live(manifest, **dict(zip(names, status, strict=True)))).verdict is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        pytest.param({}, WAITING, id="not-started"),
        pytest.param({"active": 1}, WAITING, id="running"),
        pytest.param({"succeeded": 1}, WAITING, id="not-yet-complete"),
        pytest.param(condition("Complete"), READY, id="complete"),
        pytest.param(condition("Failed", reason="BackoffLimitExceeded"), FAILED, id="failed"),
        pytest.param(condition("FailureTarget", reason="PodFailurePolicy"), FAILED, id="failing"),
        pytest.param(condition("Suspended"), WAITING, id="suspended-by-another"),
    ],
)
def test_job(status: dict[str, Any], verdict: Verdict) -> None:
    assert judged(live(job(), **status)).verdict is verdict


def test_what_its_manifest_holds_back_is_not_waited_for() -> None:
    suspended = job(suspend=True)
    assert judged(live(suspended, **condition("Suspended")), suspended).verdict is READY
    paused = workload()
    paused["spec"]["paused"] = True
    assert judged(live(paused), paused).verdict is READY


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        pytest.param({"phase": "Pending"}, WAITING, id="pending"),
        pytest.param({"phase": "Running"}, WAITING, id="running-not-ready"),
        pytest.param({"phase": "Running", **condition("Ready")}, READY, id="ready"),
        pytest.param({"phase": "Succeeded"}, READY, id="succeeded"),
        pytest.param({"phase": "Failed", "reason": "Evicted"}, FAILED, id="failed"),
    ],
)
def test_pod(status: dict[str, Any], verdict: Verdict) -> None:
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    assert judged(live(manifest, **status)).verdict is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        pytest.param({"phase": "Running", **condition("Ready")}, WAITING, id="running"),
        pytest.param({"phase": "Succeeded"}, READY, id="succeeded"),
        pytest.param({"phase": "Failed"}, FAILED, id="failed"),
    ],
)
def test_a_pod_that_is_a_hook_is_over_when_it_has_ended(
    status: dict[str, Any], verdict: Verdict
) -> None:
    metadata = {"name": "web", "annotations": {"helm.sh/hook": "pre-install"}}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    assert judged(live(manifest, **status), manifest).verdict is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        pytest.param({}, WAITING, id="young"),
        pytest.param(condition("Established"), READY, id="established"),
        pytest.param(condition("NamesAccepted", "False"), FAILED, id="names-clash"),
    ],
)
def test_crd(status: dict[str, Any], verdict: Verdict) -> None:
    manifest = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "web"},
    }
    assert judged(live(manifest, **status)).verdict is verdict


def test_anything_else_is_ready_when_it_is_there() -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    assert judged(live(manifest)).verdict is READY


@pytest.mark.parametrize("key", RULES, ids=str)
def test_nothing_that_is_being_deleted_is_ready(key: tuple[str, str]) -> None:
    manifest = live(workload(replicas=0))
    manifest["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z"
    found = readiness_of(Gvk(key[0], "v1", key[1]), manifest, {})
    assert found.verdict is WAITING


@pytest.mark.parametrize(
    ("spec", "status", "verdict"),
    [
        pytest.param({}, condition("Complete"), WAITING, id="by-somebody"),
        pytest.param(CLEANED, condition("Complete"), READY, id="complete"),
        pytest.param(CLEANED, condition("Failed"), FAILED, id="failed"),
        pytest.param(CLEANED, {"active": 1}, WAITING, id="in-mid-run"),
    ],
)
def test_a_job_that_is_deleted_since_it_has_ended_has_ended(
    spec: dict[str, Any], status: dict[str, Any], verdict: Verdict
) -> None:
    manifest = live(job(**spec), **status)
    manifest["metadata"]["deletionTimestamp"] = "2024-01-01T00:00:00Z"
    assert judged(manifest).verdict is verdict


def test_ids_name_kind_and_name() -> None:
    assert str(resource(workload()).id) == "Deployment/web"
