"""The kinds that are no workloads, over the states that they can be in."""

from typing import Any

import pytest

from werfish.kube.resource import gvk_of
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Readiness, Verdict

READY, WAITING, FAILED = Verdict.READY, Verdict.WAITING, Verdict.FAILED
_APIS = {
    "PersistentVolumeClaim": "v1",
    "PersistentVolume": "v1",
    "Service": "v1",
    "Namespace": "v1",
    "ReplicationController": "v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "Deployment": "apps/v1",
    "DaemonSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Ingress": "networking.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "APIService": "apiregistration.k8s.io/v1",
}


def judged(kind: str, status: Any, generation: int = 1, **spec: Any) -> Readiness:
    manifest = {
        "apiVersion": _APIS[kind],
        "kind": kind,
        "metadata": {"name": "web", "generation": generation},
        "spec": spec,
        "status": status,
    }
    return readiness_of(gvk_of(manifest), manifest, {})


def conditions(*told: tuple[str, str, str]) -> dict[str, Any]:
    return {"conditions": [{"type": t, "status": s, "reason": r} for t, s, r in told]}


@pytest.mark.parametrize(
    ("kind", "status", "verdict"),
    [
        ("PersistentVolumeClaim", {}, WAITING),
        ("PersistentVolumeClaim", {"phase": "Pending"}, WAITING),
        ("PersistentVolumeClaim", {"phase": "Bound"}, READY),
        ("PersistentVolumeClaim", {"phase": "Lost"}, FAILED),
        ("PersistentVolumeClaim", {"phase": "Bound", **conditions(("Resizing", "True", ""))},
         WAITING),
        ("PersistentVolume", {"phase": "Available"}, READY),
        ("PersistentVolume", {"phase": "Bound"}, READY),
        ("PersistentVolume", {"phase": "Released"}, WAITING),
        ("PersistentVolume", {"phase": "Failed", "message": "no"}, FAILED),
        ("Namespace", {"phase": "Active"}, READY),
        ("Namespace", {"phase": "Terminating"}, WAITING),
        ("CronJob", {}, READY),
        ("APIService", conditions(("Available", "True", "Passed")), READY),
        ("APIService", conditions(("Available", "False", "MissingEndpoints")), WAITING),
        ("APIService", {}, WAITING),
        ("PodDisruptionBudget", {"observedGeneration": 1}, READY),
        ("PodDisruptionBudget", {}, WAITING),
        ("PodDisruptionBudget", {"observedGeneration": 1,
                                 **conditions(("DisruptionAllowed", "False", "SyncFailed"))},
         WAITING),
        ("PodDisruptionBudget", {"observedGeneration": 1,
                                 **conditions(("DisruptionAllowed", "False", "InsufficientPods"))},
         READY),
        ("Ingress", {}, WAITING),
        ("Ingress", {"loadBalancer": {"ingress": []}}, WAITING),
        ("Ingress", {"loadBalancer": {"ingress": [{"hostname": "a.example"}]}}, READY),
        ("Ingress", {"loadBalancer": {"ingress": [{}]}}, READY),
        ("HorizontalPodAutoscaler", {}, WAITING),
        ("HorizontalPodAutoscaler", conditions(("AbleToScale", "False", "FailedGetScale")),
         WAITING),
        ("HorizontalPodAutoscaler", conditions(("AbleToScale", "True", "Ready"),
                                               ("ScalingActive", "False", "InvalidSelector")),
         FAILED),
        ("HorizontalPodAutoscaler", conditions(("AbleToScale", "True", "Ready"),
                                               ("ScalingActive", "False", "ScalingDisabled")),
         READY),
        ("HorizontalPodAutoscaler", conditions(("AbleToScale", "True", "Ready"),
                                               ("ScalingActive", "False",
                                                "FailedGetResourceMetric")), WAITING),
        ("HorizontalPodAutoscaler", conditions(("AbleToScale", "True", "Ready"),
                                               ("ScalingActive", "True", "Valid")), READY),
    ],
)  # fmt: skip
def test_by_its_status(kind: str, status: dict[str, Any], verdict: Verdict) -> None:
    assert judged(kind, status).verdict is verdict


@pytest.mark.parametrize("kind", ["ReplicaSet", "ReplicationController"])
def test_replicas_alone(kind: str) -> None:
    full = {"observedGeneration": 1, "replicas": 2, "readyReplicas": 2, "availableReplicas": 2}
    assert judged(kind, full, replicas=2).verdict is READY
    assert judged(kind, {**full, "availableReplicas": 1}, replicas=2).verdict is WAITING
    assert judged(kind, {**full, "replicas": 3}, replicas=2).verdict is WAITING
    assert judged(kind, full, generation=2, replicas=2).verdict is WAITING
    refused = conditions(("ReplicaFailure", "True", "FailedCreate"))
    assert "FailedCreate" in judged(kind, {**full, **refused}, replicas=2).message


@pytest.mark.parametrize(
    ("spec", "status", "verdict"),
    [
        ({"type": "ExternalName", "externalName": "a"}, {}, READY),
        ({}, {}, WAITING),
        ({"clusterIP": "None"}, {}, READY),
        ({"type": "LoadBalancer", "clusterIP": "1"}, {"loadBalancer": {}}, WAITING),
        ({"type": "LoadBalancer", "clusterIP": "1", "externalIPs": ["2"]}, {}, READY),
        ({"type": "LoadBalancer", "clusterIP": "1"},
         {"loadBalancer": {"ingress": [{"ip": "3"}]}}, READY),
    ],
)  # fmt: skip
def test_service(spec: dict[str, Any], status: dict[str, Any], verdict: Verdict) -> None:
    assert judged("Service", status, **spec).verdict is verdict


def test_a_budget_says_why_its_controller_looks_in_vain() -> None:
    told = conditions(("DisruptionAllowed", "False", "SyncFailed"))
    assert judged("PodDisruptionBudget", told).message == "SyncFailed"


def test_what_may_never_be_answered_settles() -> None:
    assert judged("Ingress", {}).settles
    assert judged("Service", {}, type="LoadBalancer", clusterIP="1").settles is None


def test_a_statefulset_that_went_back_in_mid_rollout_waits() -> None:
    """Both revisions are one again, and a pod of the one between is still there."""
    status = {
        "observedGeneration": 3, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 2,
        "currentRevision": "a", "updateRevision": "a",
    }  # fmt: skip
    assert judged("StatefulSet", status, generation=3, replicas=3).verdict is WAITING


def test_a_statefulset_waits_until_its_rollout_is_ended() -> None:
    status = {
        "observedGeneration": 1, "replicas": 1, "readyReplicas": 1, "updatedReplicas": 1,
        "currentRevision": "a", "updateRevision": "b",
    }  # fmt: skip
    assert judged("StatefulSet", status, replicas=1).verdict is WAITING
    assert judged("StatefulSet", {**status, "currentRevision": "b"}, replicas=1).verdict is READY


def test_the_deadline_of_the_rollout_before_does_not_fail_this_one() -> None:
    late = {
        "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded",
        "lastUpdateTime": "2024-01-01T00:00:00Z",
    }  # fmt: skip
    live = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "generation": 2,
            "managedFields": [{"manager": "werfish", "time": "2024-01-01T00:01:00Z"}],
        },
        "spec": {"replicas": 1},
        "status": {"observedGeneration": 2, "conditions": [late]},
    }
    assert readiness_of(gvk_of(live), live, {}).verdict is WAITING
    late["lastUpdateTime"] = "2024-01-01T00:02:00Z"
    assert readiness_of(gvk_of(live), live, {}).verdict is FAILED
