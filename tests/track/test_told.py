"""Words for what is behind a trouble: who refused a pod, which constraint, which probe."""

from typing import Any

import pytest

from tests.track.manifests import NAMESPACE, ended, live, pod, resource, running, warning, workload
from werfish.kube.resource import Manifest
from werfish.track.annotations import tracking_options
from werfish.track.budget import Ledger
from werfish.track.cause import Severity
from werfish.track.judge import Facts, Judgement, judge
from werfish.track.probes import grace_seconds
from werfish.track.refusals import refusal
from werfish.track.scheduling import unschedulable
from werfish.track.verdict import Verdict


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ('pods "a" is forbidden: exceeded quota: small, requested: pods=1', 'quota "small"'),
        ('admission webhook "no.example" denied the request: no', 'webhook "no.example" refused'),
        ('failed calling webhook "no.example": refused', 'webhook "no.example" does not answer'),
        ('violates PodSecurity "restricted:latest": root', 'policy "restricted:latest"'),
        ('error looking up service account a/b: serviceaccount "b" not found', '"b" is missing'),
        ("maximum cpu usage per Container is 1", "a LimitRange forbids its cpu"),
        ("something else", "FailedCreate: something else"),
    ],
)
def test_who_refuses_a_pod(message: str, words: str) -> None:
    cause = refusal("FailedCreate", message)
    assert words in cause.message
    assert cause.severity is Severity.WAITING


def test_a_pod_that_is_none_is_final() -> None:
    assert refusal("FailedCreate", 'Pod "a" is invalid: spec').severity is Severity.TERMINAL


def test_the_constraint_is_named_with_what_is_asked() -> None:
    spec = {
        "nodeSelector": {"disk": "ssd"},
        "containers": [{"name": "a", "resources": {"requests": {"cpu": "900"}}}],
    }
    said = {
        "reason": "Unschedulable",
        "message": "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node "
        "affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available.",
    }
    text = unschedulable({"spec": spec}, said)
    assert "it requests cpu 900" in text
    assert "its nodeSelector is disk=ssd" in text
    assert "preemption" not in text


def test_the_nodes_that_an_affinity_wants_are_named() -> None:
    zone = {"key": "zone", "operator": "In", "values": ["a", "b"]}
    wants = {"matchExpressions": [zone, {"key": "gpu", "operator": "Exists"}]}
    other = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}
    required = {"nodeSelectorTerms": [wants, other]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    said = {
        "message": "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
    }
    text = unschedulable({"spec": {"affinity": affinity}}, said)
    assert "wants zone In a, b and gpu Exists or metadata.name In n1" in text


def told(
    look: Manifest, *events: Manifest, ledger: Ledger | None = None, forgiven: str = ""
) -> Judgement:
    stated = workload()
    if forgiven:
        name = "werf.io/ignore-readiness-probe-fails-for-app"
        stated["metadata"]["annotations"] = {name: forgiven}
    one = resource(stated)
    facts = Facts(live(stated), [look], None, events, events)
    return judge(one, tracking_options(one), facts, ledger or Ledger())


def test_a_claim_tells_why_it_is_not_bound() -> None:
    volumes = [{"persistentVolumeClaim": {"claimName": "data"}}]
    event = warning("uid-data", "ProvisioningFailed", "no such class")
    event["involvedObject"] |= {"kind": "PersistentVolumeClaim", "name": "data"}
    look = {**pod(), "spec": {"volumes": volumes}}
    assert "PersistentVolumeClaim/data: ProvisioningFailed" in told(look, event).readiness.message


def test_a_crash_by_a_liveness_probe_says_what_the_probe_said() -> None:
    event = warning("uid-web-1", "Unhealthy", "Liveness probe failed: deadlock")
    assert "deadlock" in told(pod(ended(137), phase="Running"), event).readiness.message


def test_a_container_that_its_hook_ended_says_so() -> None:
    event = warning("uid-web-1", "FailedPostStartHook", "PostStartHook failed")
    found = told(pod(ended(137), phase="Running"), event).readiness.message
    assert "exit code 137; FailedPostStartHook: PostStartHook failed" in found


def test_how_often_a_container_was_restarted_is_counted_in_words() -> None:
    found = told(pod(running(restarts=1, code=3), phase="Running"))
    assert "restarted 1 time, last exit code 3" in found.causes[0].message


def probed(at: str) -> Any:
    status = {**running(), "state": {"running": {"startedAt": "2024-01-01T10:00:00Z"}}}
    event = warning("uid-web-1", "Unhealthy", "Readiness probe failed: no", at=at)
    return pod(status, phase="Running"), event


def test_a_probe_that_fails_after_its_grace_uses_up_the_budget() -> None:
    ledger, found = Ledger(), []
    for at in ("10:00:10", "10:00:20", "10:00:40", "10:00:40", "10:00:50"):
        look, event = probed(at)
        judgement = told(look, event, ledger=ledger)
        ledger = judgement.ledger
        found.append(judgement.readiness.verdict)
    assert found == [Verdict.WAITING] * 4 + [Verdict.FAILED]


def test_the_annotation_says_how_long_a_probe_is_forgiven() -> None:
    look, event = probed("10:00:40")
    assert not told(look, event, forgiven="5m").ledger.errors
    assert len(told(look, event, forgiven="1s").ledger.errors) == 1


def test_the_grace_is_werfs() -> None:
    assert grace_seconds({}) == 10 + 1 + 10 + 5 + 1
    assert grace_seconds({"readinessProbe": {"failureThreshold": 1}}) == 0
    assert grace_seconds({"readinessProbe": {"initialDelaySeconds": 30}}) == 57


def test_a_claim_without_a_user_is_done() -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": NAMESPACE},
        "spec": {},
    }
    one, event = resource(claim), warning("uid-data", "WaitForFirstConsumer", "waiting")
    facts = Facts(live(claim, phase="Pending"), claims=[{**event, "type": "Normal"}])
    judgement = judge(one, tracking_options(one), facts, Ledger())
    assert judgement.readiness.verdict is Verdict.READY
