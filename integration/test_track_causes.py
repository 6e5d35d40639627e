"""Why a workload is not there: what the cluster says of it, told while it is true."""

import re
from typing import Any

import pytest

from integration.tracking import Place

SAYING = {"periodSeconds": 1, "failureThreshold": 1}


def probe(word: str) -> dict[str, Any]:
    """Return a probe that fails and says *word*."""
    return {**SAYING, "exec": {"command": ["sh", "-c", f"echo {word}; exit 1"]}}


def test_a_failing_readiness_probe_is_quoted(place: Place) -> None:
    ready = probe("no table yet")
    one = place.apply(place.workload("Deployment", "sleep 1000", readinessProbe=ready))
    assert "Readiness probe failed: no table yet" in str(place.failure(one))


@pytest.mark.parametrize("name", ["livenessProbe", "startupProbe"])
def test_a_container_that_a_probe_ends_is_told_of_by_it(place: Place, name: str) -> None:
    asked = {name: probe("deadlocked"), "readinessProbe": probe("not yet")}
    error = place.failure(place.apply(place.workload("Deployment", "sleep 1000", **asked)))
    said = f"{name.removesuffix('Probe').capitalize()} probe failed: deadlocked"
    assert said in f"{place.written}{error}"


def test_a_claim_without_a_class_is_named(place: Place) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "no-such-class",
            "resources": {"requests": {"storage": "1Mi"}},
        },
    }
    manifest = place.workload("Deployment", "sleep 1000")
    manifest["spec"]["template"]["spec"]["volumes"] = [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    ]
    both = place.apply(claim), place.apply(manifest)
    missing = 'storageclass.storage.k8s.io "no-such-class" not found'
    error = place.runs_out(missing, *both)
    assert missing in str(error)
    assert "  Deployment/deployment: " in str(error)


def test_a_job_past_its_deadline_fails(place: Place) -> None:
    job = place.job("echo begun; sleep 1000")
    over = {**job, "spec": {"activeDeadlineSeconds": 1}}
    place.stream.when("/app | begun", lambda: place.apply(over))
    error = place.failure(place.apply(job))
    assert "DeadlineExceeded" in str(error)
    assert "/app | begun" in place.written


def test_a_webhook_that_nobody_answers_is_named(place: Place) -> None:
    hook = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": place.namespace},
        "webhooks": [
            {
                "name": "pods.example.com",
                "clientConfig": {"url": "https://127.0.0.1:1/pods"},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                    }
                ],
                "namespaceSelector": {
                    "matchLabels": {"kubernetes.io/metadata.name": place.namespace}
                },
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "timeoutSeconds": 1,
            }
        ],
    }
    made = place.apply_global(hook)
    try:
        one = place.apply(place.workload("Deployment", "sleep 1000"))
        error = place.runs_out('webhook "pods.example.com"', one)
        assert re.search(r'FailedCreate.*webhook "pods\.example\.com"', str(error))
    finally:
        place.cluster.delete(made)


def test_an_evicted_pod_is_told_of(place: Place) -> None:
    """The kubelet evicts a pod that writes more than its limit; it looks every ten seconds."""
    limits = {"limits": {"ephemeral-storage": "1Mi"}}
    script = "head -c 20m /dev/zero > /tmp/full; echo full; sleep 1000"
    job = place.job(script)
    job["spec"]["template"]["spec"]["containers"][0]["resources"] = limits
    error = place.failure(place.apply(job))
    assert "Evicted" in str(error)
    assert "ephemeral" in str(error)


def test_a_container_that_its_hook_ended_is_told_of_by_it(place: Place) -> None:
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "exit 3"]}}}
    asked = {"lifecycle": hook, "readinessProbe": probe("not yet")}
    error = place.failure(place.apply(place.workload("Deployment", "sleep 1000", **asked)))
    assert "PostStartHook" in str(error)


def test_the_nodes_that_a_pod_wants_are_named(place: Place) -> None:
    zone = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["mars"]}]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [zone]}}
    manifest = place.workload("Deployment", "sleep 1000")
    manifest["spec"]["template"]["spec"]["affinity"] = {"nodeAffinity": required}
    told = "its node affinity wants zone In mars"
    assert told in str(place.runs_out(told, place.apply(manifest)))


def test_a_pod_that_may_end_is_followed_for_a_while(place: Place) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "once"},
        "spec": {**place.job("echo begun; sleep 2; exit 5")["spec"]["template"]["spec"]},
    }
    error = place.failure(place.apply(pod))
    assert "exit code 5" in str(error)
