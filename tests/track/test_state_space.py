"""Every kind over its states, also those that other tools judge otherwise, with the cause's words.

Where a rule is stricter than Argo CD, kstatus or Helm the id of the case says so.
"""

from typing import Any

import pytest

from werfish.kube.resource import Gvk
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Verdict

READY, WAITING, FAILED = Verdict.READY, Verdict.WAITING, Verdict.FAILED
State = tuple[dict[str, Any], dict[str, Any], Verdict, str]
"""Spec, status, the verdict, and words of its message."""


def told(type: str, status: str = "True", reason: str = "") -> dict[str, Any]:
    return {"type": type, "status": status, "reason": reason}


def conditions(*all: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"conditions": list(all), **more}


def replicas(all: int, *, new: int | None = None, ok: int | None = None) -> dict[str, Any]:
    new, ok = all if new is None else new, all if ok is None else ok
    return {
        "observedGeneration": 1, "replicas": all, "updatedReplicas": new, "readyReplicas": ok,
        "availableReplicas": ok,
    }  # fmt: skip


def check(group: str, kind: str, state: State) -> None:
    spec, status, verdict, words = state
    live = {"metadata": {"name": "web", "generation": 1}, "spec": spec, "status": status}
    found = readiness_of(Gvk(group, "v1", kind), live, {}, has_status=True)
    assert (found.verdict, words in found.message) == (verdict, True), found


TWO = {"replicas": 2}
DEPLOYMENTS: dict[str, State] = {
    "paused-by-another": ({**TWO, "paused": True}, replicas(2, new=0), WAITING, "paused"),
    "paused-when-all-is-new": ({**TWO, "paused": True}, replicas(2), READY, "2 of 2"),
    "none-wanted": ({"replicas": 0}, {"observedGeneration": 1}, READY, "0 of 0"),
    "none-wanted-one-left": ({"replicas": 0}, replicas(1), WAITING, "surplus"),
    "no-count-is-one": ({}, replicas(1), READY, "1 of 1"),
    "deadline": (TWO, {**replicas(2, ok=1), **conditions(
        told("Progressing", "False", "ProgressDeadlineExceeded"))}, FAILED, "Deadline"),
    "deadline-though-the-old-pods-serve": (TWO, {**replicas(3, new=1, ok=2), **conditions(
        told("Available"), told("Progressing", "False", "ProgressDeadlineExceeded"))},
        FAILED, "Deadline"),
    "replicaset-not-made": (TWO, {**replicas(2), **conditions(
        told("Progressing", "False", "ReplicaSetCreateError"))}, WAITING, "ReplicaSetCreateError"),
    "not-available": (TWO, {**replicas(2), **conditions(
        told("Available", "False", "MinimumReplicasUnavailable"))}, WAITING, "MinimumReplicas"),
    "within-max-unavailable-is-not-ready": (
        {**TWO, "strategy": {"rollingUpdate": {"maxUnavailable": 1}}}, replicas(2, ok=1),
        WAITING, "1 of 2"),
    "texts-for-numbers": ({"replicas": "2"}, {**replicas(2), "replicas": "2"}, READY, "2 of 2"),
}  # fmt: skip
ON_DELETE = {**TWO, "updateStrategy": {"type": "OnDelete"}}
SAME = {"currentRevision": "a", "updateRevision": "a"}
OTHER = {"currentRevision": "a", "updateRevision": "b"}
STATEFULSETS: dict[str, State] = {
    "mid-rollout-all-serve": (TWO, {**replicas(2, new=1), **OTHER}, WAITING, "1 of 2"),
    "not-yet-ended": (TWO, {**replicas(2), **OTHER}, WAITING, "not ended"),
    "counted-as-current-only": (TWO, {
        "observedGeneration": 1, "replicas": 2, "readyReplicas": 2, "currentReplicas": 2, **SAME},
        READY, "2 of 2"),
    "counted-as-current-but-old": (TWO, {
        "observedGeneration": 1, "replicas": 2, "readyReplicas": 2, "currentReplicas": 2, **OTHER},
        WAITING, "0 of 2"),
    "on-delete-nothing-to-do": (ON_DELETE, {
        "observedGeneration": 1, "replicas": 2, "readyReplicas": 2, "currentReplicas": 2, **SAME},
        READY, "2 of 2 pods updated"),
    "on-delete-old": (ON_DELETE, {**replicas(2, new=0), **OTHER}, READY, "old by strategy"),
    "on-delete-half": (ON_DELETE, {**replicas(2, new=1), **OTHER}, WAITING, "by hand"),
    "partition-half": ({**TWO, "updateStrategy": {"rollingUpdate": {"partition": 1}}},
                       {**replicas(2, new=1), **OTHER}, READY, "old by strategy"),
    "unknown-strategy": ({**TWO, "updateStrategy": {"type": "New"}}, replicas(2), READY, "2"),
    "never-observed": (TWO, {**replicas(2), "observedGeneration": 0}, WAITING, "not seen"),
}  # fmt: skip
DAEMON = {"observedGeneration": 1, "desiredNumberScheduled": 2, "currentNumberScheduled": 2}
DAEMONSETS: dict[str, State] = {
    "no-numbers": ({}, {"observedGeneration": 1}, WAITING, "not seen"),
    "on-delete-half": ({"updateStrategy": {"type": "OnDelete"}},
                       {**DAEMON, "updatedNumberScheduled": 1, "numberAvailable": 2},
                       WAITING, "by hand"),
    "not-all-scheduled": ({}, {**DAEMON, "currentNumberScheduled": 1, "updatedNumberScheduled": 2,
                               "numberAvailable": 2}, WAITING, "1 of 2"),
    "partition-keeps-one-old": ({"updateStrategy": {"rollingUpdate": {"partition": 1}}},
                                {**DAEMON, "updatedNumberScheduled": 1, "numberAvailable": 2},
                                READY, "1 of them old"),
    "partition-not-reached": ({"updateStrategy": {"rollingUpdate": {"partition": "50%"}}},
                              {**DAEMON, "updatedNumberScheduled": 0, "numberAvailable": 2},
                              WAITING, "0 of 1 pods updated"),
    "all": ({}, {**DAEMON, "updatedNumberScheduled": 2, "numberAvailable": 2}, READY, "2 of 2"),
}  # fmt: skip
JOBS: dict[str, State] = {
    "running-is-not-ready": ({}, {"active": 1}, WAITING, "0 of 1"),
    "retries-left": ({"backoffLimit": 1}, {"failed": 1, "active": 1}, WAITING, "1 failed"),
    "no-retries-left": ({"backoffLimit": 1}, {"failed": 2}, FAILED, "BackoffLimitExceeded"),
    "no-retries-at-all": ({"backoffLimit": 0}, {"failed": 1}, FAILED, "BackoffLimitExceeded"),
    "complete-after-retries": ({"backoffLimit": 0}, conditions(told("Complete"), failed=1),
                               READY, "complete"),
    "failure-announced": ({}, conditions(told("FailureTarget", reason="PodFailurePolicy")),
                          FAILED, "PodFailurePolicy"),
    "success-policy-met": ({"backoffLimit": 0},
                           conditions(told("SuccessCriteriaMet", reason="SuccessPolicy"), failed=1),
                           WAITING, "succeeded"),
    "suspended-by-another": ({"suspend": True}, {}, WAITING, "suspended"),
    "resumed": ({}, conditions(told("Suspended", "False")), WAITING, "0 of 1"),
    "deadline": ({}, conditions(told("Failed", reason="DeadlineExceeded")), FAILED, "Deadline"),
    "status-is-null": ({}, {"conditions": None, "failed": "x"}, WAITING, "0 of 1"),
}  # fmt: skip
CRDS: dict[str, State] = {
    "on-its-way-out": ({}, conditions(told("Established"), told("Terminating", reason="Going")),
                       WAITING, "Going"),
    "installing": ({}, conditions(told("Established", "False", "Installing")), WAITING, "Install"),
    "refused": ({}, conditions(told("Established", "False", "Broken")), FAILED, "Broken"),
    "not-structural-but-served": ({}, conditions(
        told("Established"), told("NonStructuralSchema", reason="Violations")), READY, "Violation"),
}  # fmt: skip

NEVER = {"restartPolicy": "Never"}
PODS: dict[str, State] = {
    "no-status": ({}, {}, WAITING, "pending"),
    "gate-not-passed": ({"readinessGates": [{"conditionType": "lb"}]}, conditions(
        told("ContainersReady"), told("Ready", "False", "ReadinessGatesNotReady"),
        phase="Running"), WAITING, "ReadinessGates"),
    "init-runs": ({}, conditions(told("Ready", "False", "ContainersNotInitialized"),
                                 phase="Pending"), WAITING, "NotInitialized"),
    "sidecar-not-ready": ({}, conditions(told("Ready", "False", "ContainersNotReady"),
                                         phase="Running"), WAITING, "ContainersNotReady"),
    "may-yet-end": (NEVER, conditions(told("Ready"), phase="Running"), WAITING, "running"),
    "has-a-probe": ({**NEVER, "containers": [{"readinessProbe": {}}]},
                    conditions(told("Ready"), phase="Running"), READY, "ready"),
    "ended-well": (NEVER, conditions(told("Ready", "False", "PodCompleted"), phase="Succeeded"),
                   READY, "succeeded"),
    "failed-is-not-current": (NEVER, {"phase": "Failed", "reason": "Evicted"}, FAILED, "Evicted"),
    "unschedulable-may-pass": ({}, conditions(told("PodScheduled", "False", "Unschedulable"),
                                              phase="Pending"), WAITING, ""),
    "node-lost": ({}, conditions(told("Ready", "Unknown"), phase="Unknown"), WAITING, "unknown"),
}  # fmt: skip
SCALERS: dict[str, State] = {
    "limited-is-fine": ({}, conditions(told("AbleToScale"), told("ScalingActive"),
                                       told("ScalingLimited", reason="TooManyReplicas")),
                        READY, ""),
    "not-looked-at": ({}, conditions(told("ScalingActive")), WAITING, "not looked"),
    "no-metrics-yet-is-not-failed": ({}, conditions(
        told("AbleToScale"), told("ScalingActive", "False", "FailedGetResourceMetric")),
        WAITING, "FailedGetResourceMetric"),
}  # fmt: skip


@pytest.mark.parametrize("state", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_deployment(state: State) -> None:
    check("apps", "Deployment", state)


@pytest.mark.parametrize("state", STATEFULSETS.values(), ids=STATEFULSETS)
def test_statefulset(state: State) -> None:
    check("apps", "StatefulSet", state)


@pytest.mark.parametrize("state", DAEMONSETS.values(), ids=DAEMONSETS)
def test_daemonset(state: State) -> None:
    check("apps", "DaemonSet", state)


@pytest.mark.parametrize("state", JOBS.values(), ids=JOBS)
def test_job(state: State) -> None:
    check("batch", "Job", state)


@pytest.mark.parametrize("state", PODS.values(), ids=PODS)
def test_pod(state: State) -> None:
    check("", "Pod", state)


@pytest.mark.parametrize("state", SCALERS.values(), ids=SCALERS)
def test_scaler(state: State) -> None:
    check("autoscaling", "HorizontalPodAutoscaler", state)


@pytest.mark.parametrize("state", CRDS.values(), ids=CRDS)
def test_crd(state: State) -> None:
    check("apiextensions.k8s.io", "CustomResourceDefinition", state)


@pytest.mark.parametrize(
    ("group", "kind", "state"),
    [
        pytest.param("acme.cert-manager.io", "Order", ({}, {"state": "ready"}, WAITING, "ready"),
                     id="order-not-finalized"),
        pytest.param("acme.cert-manager.io", "Order", ({}, {"state": "valid"}, READY, ""),
                     id="order-valid"),
        pytest.param("argoproj.io", "Rollout", ({}, {"phase": "Healthy"}, READY, ""),
                     id="rollout-without-replicas"),
        pytest.param("argoproj.io", "Rollout", (TWO, {"phase": "Paused"}, WAITING, "Paused"),
                     id="rollout-paused"),
        pytest.param("source.toolkit.fluxcd.io", "HelmRepository",
                     ({"type": "oci"}, {}, READY, "present"), id="registry-has-no-status"),
        pytest.param("source.toolkit.fluxcd.io", "HelmRepository",
                     ({"type": "default"}, {}, WAITING, "no controller"), id="index-not-read"),
        pytest.param("argoproj.io", "ApplicationSet",
                     ({}, conditions(told("ResourcesUpToDate"),
                                     told("RolloutProgressing", reason="Step")), WAITING, "Step"),
                     id="applicationset-in-steps"),
    ],
)  # fmt: skip
def test_well_known(group: str, kind: str, state: State) -> None:
    check(group, kind, state)
