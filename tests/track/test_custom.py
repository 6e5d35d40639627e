"""Custom resources: by habit, by the table of well-known kinds, and by rules of the project."""

from typing import Any

import pytest

from werfish.kube.resource import Gvk
from werfish.kube.status_rule import status_rule
from werfish.track.kinds.custom import NO_STATUS
from werfish.track.readiness import readiness_of
from werfish.track.verdict import Verdict

READY, WAITING, FAILED = Verdict.READY, Verdict.WAITING, Verdict.FAILED
OWN = Gvk("example.com", "v1", "Wonder")


def told(type: str, status: str = "True", **more: Any) -> dict[str, Any]:
    return {"conditions": [{"type": type, "status": status, **more}]}


def two(*types: tuple[str, str], reason: str = "") -> dict[str, Any]:
    return {"conditions": [{"type": one, "status": how, "reason": reason} for one, how in types]}


def live(status: Any, generation: int = 1, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "a", "generation": generation}, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (told("Ready"), READY),
        (told("ready"), READY),
        (told("READY", "False"), WAITING),
        (told("Ready", "Unknown"), WAITING),
        (told("Available", "False"), WAITING),
        (told("Failed"), FAILED),
        (told("Stalled", reason="No"), FAILED),
        (told("Reconciling"), WAITING),
        (told("Ready", observedGeneration=0), WAITING),
        (told("Degraded"), WAITING),
        ({"observedGeneration": 0, **told("Ready")}, WAITING),
        ({"phase": "Running"}, READY),
        ({"phase": "In-Progress"}, WAITING),
        ({"phase": "ERROR"}, FAILED),
        ({"state": "Pending"}, WAITING),
        ({"health": "yellow"}, WAITING),
        ({"phase": "Whatever"}, READY),
        ({"readyReplicas": 1}, WAITING),
        ({"something": 1}, READY),
        ({"phase": "UpdateFailed"}, FAILED),
        ({"phase": "PARTIALLY_FAILED"}, FAILED),
        ({"phase": "No error"}, READY),
        ({"phase": "SyncFailed"}, WAITING),
        ({"phase": "ErrorReconciling"}, WAITING),
        ({"phase": "FinalizingPartiallyFailed"}, WAITING),
        ({"phase": "ScalingUp"}, WAITING),
        ({"phase": "Serving"}, READY),
        ({"phase": "UpgradePending"}, WAITING),
        ({"phase": "NotInitialized"}, WAITING),
        ({"phase": "NotApplicable"}, READY),
        ({"state": "3"}, READY),
        ({"phase": "Ready", "health": "yellow"}, WAITING),
        ({"phase": "Running", "ready": False}, WAITING),
        ({"ready": True}, READY),
        ({"ready": "3"}, READY),
        ({"phase": "Error", "ready": False}, FAILED),
        (told("AllReplicasReady", "False"), WAITING),
        (told("AllReplicasReady", "False", reason="ScaledToZero"), READY),
        ({**told("AllReplicasReady"), "phase": "Pending"}, WAITING),
        (told("InstallPlanFailed"), WAITING),
        (told("InstallPlanFailed", "False"), READY),
        (told("SourcesUnhealthy"), WAITING),
        (told("SourcesUnhealthy", "False"), READY),
        (two(("Available", "True"), ("RollingOut", "True")), WAITING),
        (two(("Available", "True"), ("RollingOut", "False")), READY),
        (
            two(("Available", "True"), ("Progressing", "True"), reason="NewReplicaSetAvailable"),
            READY,
        ),
        (two(("Ready", "True"), ("Progressing", "True")), READY),
        ({"parents": []}, WAITING),
        ({"parents": [told("Accepted")]}, READY),
        ({"parents": [told("Accepted"), told("Accepted", "False")]}, WAITING),
        (
            {"parents": [told("Accepted"), told("Accepted", "False", reason="NoMatchingParent")]},
            READY,
        ),
        ({"parents": [told("ResolvedRefs")]}, WAITING),
        ({"ancestors": [told("Accepted", observedGeneration=0)]}, WAITING),
        ({}, READY),
    ],
)
def test_by_habit(status: dict[str, Any], verdict: Verdict) -> None:
    assert readiness_of(OWN, live(status, replicas=2), {}).verdict is verdict


def test_an_empty_status_waits_where_the_schema_has_one() -> None:
    found = readiness_of(OWN, live({}), {}, has_status=True)
    assert (found.verdict, found.message) == (WAITING, NO_STATUS)


@pytest.mark.parametrize(
    ("group", "kind", "status", "verdict"),
    [
        ("cert-manager.io", "Certificate", told("Ready"), READY),
        ("cert-manager.io", "Certificate", {}, WAITING),
        ("cert-manager.io", "Certificate", told("Issuing", "False", reason="Failed"), FAILED),
        ("cert-manager.io", "Issuer", told("Ready", "False"), WAITING),
        ("external-secrets.io", "ExternalSecret", told("Ready"), READY),
        ("external-secrets.io", "ExternalSecret", told("Ready", "False"), WAITING),
        ("bitnami.com", "SealedSecret", told("Synced"), READY),
        ("bitnami.com", "SealedSecret", told("Synced", "False"), WAITING),
        ("argoproj.io", "Application", {"health": {"status": "Healthy"}}, READY),
        ("argoproj.io", "Application", {"health": {"status": "Progressing"}}, WAITING),
        ("argoproj.io", "Application",
         {"health": {"status": "Healthy"}, "sync": {"status": "OutOfSync"}}, WAITING),
        ("argoproj.io", "Rollout",
         {"phase": "Healthy", "updatedReplicas": 2, "availableReplicas": 2}, READY),
        ("argoproj.io", "Rollout",
         {"phase": "Progressing", "updatedReplicas": 1, "availableReplicas": 2}, WAITING),
        ("argoproj.io", "Rollout", {"phase": "Degraded"}, FAILED),
        ("argoproj.io", "AppProject", {}, READY),
        ("kustomize.toolkit.fluxcd.io", "Kustomization", told("Ready"), READY),
        ("kustomize.toolkit.fluxcd.io", "Kustomization", told("Stalled"), FAILED),
        ("helm.toolkit.fluxcd.io", "HelmRelease", told("Ready", "Unknown"), WAITING),
        ("flagger.app", "Canary", {"phase": "Succeeded"}, READY),
        ("flagger.app", "Canary", {"phase": "Progressing"}, WAITING),
        ("flagger.app", "Canary", {"phase": "Failed"}, FAILED),
        ("monitoring.coreos.com", "Prometheus", told("Available"), READY),
        ("monitoring.coreos.com", "Prometheus", told("Available", "Degraded"), WAITING),
        ("monitoring.coreos.com", "ServiceMonitor", {}, READY),
        ("serving.knative.dev", "Service", told("Ready"), READY),
        ("serving.knative.dev", "Service", told("Ready", "Unknown"), WAITING),
        ("postgresql.cnpg.io", "Cluster",
         {"phase": "Cluster in healthy state", "readyInstances": 3}, READY),
        ("postgresql.cnpg.io", "Cluster", {"phase": "Setting up primary"}, WAITING),
        ("kafka.strimzi.io", "Kafka", told("Ready"), READY),
        ("kafka.strimzi.io", "Kafka", told("NotReady", reason="Creating"), WAITING),
        ("networking.istio.io", "VirtualService", {}, READY),
    ],
)  # fmt: skip
def test_well_known(group: str, kind: str, status: dict[str, Any], verdict: Verdict) -> None:
    manifest = live(status, replicas=2, instances=3)
    found = readiness_of(Gvk(group, "v1", kind), manifest, {}, has_status=True)
    assert found.verdict is verdict


def test_a_rule_of_the_project_counts() -> None:
    rule = status_rule(ready=["{.status.done}>={.spec.wanted}"], failed=["{.status.phase}=Broken"])
    for done, phase, verdict in ((1, "", WAITING), (2, "", READY), (2, "Broken", FAILED)):
        manifest = live({"done": done, "phase": phase}, wanted=2)
        assert readiness_of(OWN, manifest, {}, rule).verdict is verdict


def test_a_stale_status_fails_no_rule() -> None:
    rule = status_rule(failed=["{.status.phase}=Broken"])
    manifest = live({"phase": "Broken", "observedGeneration": 1}, generation=2)
    assert readiness_of(OWN, manifest, {}, rule).verdict is WAITING


def test_what_its_manifest_suspends_is_not_waited_for() -> None:
    stated = {"spec": {"suspend": True}}
    assert readiness_of(OWN, live({}), stated, has_status=True).verdict is READY
