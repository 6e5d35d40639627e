"""Verdicts from everything that is known: causes named, budgets kept, old trouble forgiven."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.track.manifests import ended, held, job, live, pod, resource, running, warning, workload
from werfish.kube.resource import Manifest
from werfish.track.annotations import tracking_options
from werfish.track.budget import Ledger
from werfish.track.judge import Facts, Judgement, judge
from werfish.track.verdict import Verdict

BACK_OFF = held("CrashLoopBackOff", restarts=1, code=1)


def judged(
    stated: dict[str, Any],
    *pods: Manifest,
    warnings: Sequence[Manifest] = (),
    ledger: Ledger | None = None,
) -> Judgement:
    one = resource(stated)
    facts = Facts(live(stated), pods, None, warnings)
    return judge(one, tracking_options(one), facts, ledger or Ledger())


def verdicts(stated: dict[str, Any], *looks: Manifest) -> list[Verdict]:
    """Judge the same resource again and again, with one pod that changes."""
    ledger, found = Ledger(), []
    for look in looks:
        judgement = judged(stated, look, ledger=ledger)
        ledger = judgement.ledger
        found.append(judgement.readiness.verdict)
    return found


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(ended(3), 'Pod/web-1, container "app": exit code 3', id="exit-code"),
        pytest.param(ended(137, reason="OOMKilled"), "OOMKilled: it used more memory", id="memory"),
        pytest.param(BACK_OFF, "exit code 1", id="crash-loop"),
        pytest.param(held("ErrImagePull", "no such image"), "no such image", id="image"),
        pytest.param(
            held("CreateContainerConfigError", 'secret "x" not found'), "secret", id="config"
        ),
        pytest.param(held("RunContainerError", "no such file"), "no such file", id="command"),
        pytest.param(running(restarts=2, code=9), "restarted 2 times", id="restarted"),
    ],
)
def test_the_cause_is_named_while_it_waits(status: dict[str, Any], words: str) -> None:
    readiness = judged(workload(), pod(status)).readiness
    assert readiness.verdict is Verdict.WAITING
    assert words in readiness.message


def test_a_pod_that_was_ended_as_a_whole_tells_why() -> None:
    """Its containers end in consequence: their exit codes say nothing."""
    told: dict[str, Any] = {"phase": "Failed", "reason": "Evicted", "message": "too much on disk"}
    message = judged(workload(), pod(ended(137, reason="ContainerStatusUnknown"), **told))
    assert "Evicted: too much on disk" in message.readiness.message
    assert "137" not in message.readiness.message


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(held("InvalidImageName", "bad"), id="invalid-name"),
        pytest.param(held("ErrImageNeverPull", "absent"), id="never-pull"),
        pytest.param(held("ErrImagePull", "invalid reference format: X"), id="malformed-name"),
    ],
)
def test_what_cannot_get_better_fails_at_once(status: dict[str, Any]) -> None:
    assert judged(workload(), pod(status)).readiness.verdict is Verdict.FAILED


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_pods_that_are_not_wanted_any_more_do_not_count(kind: str) -> None:
    stated = workload(kind, replicas=0, failures_allowed_per_replica="0")
    one = resource(stated)
    for status in (running(), ended(1), held("InvalidImageName", "bad")):
        facts = Facts(live(stated, replicas=1, updatedReplicas=1), [pod(status)])
        assert (
            judge(one, tracking_options(one), facts, Ledger()).readiness.verdict is Verdict.WAITING
        )


def test_the_second_crash_of_one_replica_fails() -> None:
    found = verdicts(
        workload(), pod(running()), pod(ended(1)), pod(running(restarts=1, code=1)),
        pod(ended(1, restarts=1)),
    )  # fmt: skip
    assert found == [Verdict.WAITING] * 3 + [Verdict.FAILED]


def test_a_crash_that_was_not_seen_counts() -> None:
    """A watch may skip states: restarts since the first look tell of them."""
    found = verdicts(workload(), pod(running()), pod(running(restarts=2, code=1)))
    assert found == [Verdict.WAITING, Verdict.FAILED]


def test_restarts_before_the_first_look_are_history() -> None:
    found = verdicts(workload(), pod(running(restarts=50, code=1)), pod(ended(1, restarts=50)))
    assert found == [Verdict.WAITING] * 2


def test_the_same_crash_is_counted_once() -> None:
    crash = held("CrashLoopBackOff", restarts=0, code=1)
    assert verdicts(workload(), pod(ended(1)), pod(crash), pod(crash)) == [Verdict.WAITING] * 3


def test_each_replica_may_fail_once() -> None:
    pods = [pod(ended(1), name=f"web-{number}") for number in range(3)]
    assert judged(workload(replicas=3), *pods).readiness.verdict is Verdict.WAITING
    assert judged(workload(replicas=2), *pods).readiness.verdict is Verdict.FAILED


def test_the_annotation_sets_the_budget() -> None:
    strict = workload(failures_allowed_per_replica="0")
    assert verdicts(strict, pod(ended(1))) == [Verdict.FAILED]
    patient = workload(failures_allowed_per_replica="5")
    assert verdicts(patient, pod(running()), pod(ended(1, restarts=4))) == [Verdict.WAITING] * 2


def test_attempts_to_pull_count_by_their_events() -> None:
    look = pod(held("ImagePullBackOff", "no such image"))
    message = 'Failed to pull image "x": no such image'
    ledger, found = Ledger(), []
    for at in ("10:00:00", "10:00:01", "10:00:13"):
        events = [
            warning("uid-web-1", "Failed", message, at=at),
            warning("uid-web-1", "BackOff", "Back-off pulling image", at=at),
        ]
        judgement = judged(workload(), look, warnings=events, ledger=ledger)
        ledger = judgement.ledger
        found.append(judgement.readiness.verdict)
    assert found == [Verdict.WAITING, Verdict.WAITING, Verdict.FAILED]


def test_a_job_counts_the_crashes_of_its_pods_itself() -> None:
    pods = [pod(ended(1), name=f"web-{number}", phase="Failed") for number in range(3)]
    judgement = judged(job(), *pods)
    assert judgement.readiness.verdict is Verdict.WAITING
    assert judgement.causes[0].exit_code == 1


def test_a_job_with_a_budget_of_its_own_keeps_it() -> None:
    strict = job()
    strict["metadata"]["annotations"] = {"werf.io/failures-allowed-per-replica": "0"}
    assert judged(strict, pod(ended(1), phase="Failed")).readiness.verdict is Verdict.FAILED


def test_a_failed_job_is_final_and_tells_why() -> None:
    stated = job()
    conditions = [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]
    facts = Facts(live(stated, conditions=conditions), [pod(ended(4), phase="Failed")])
    judgement = judge(resource(stated), tracking_options(resource(stated)), facts, Ledger())
    assert judgement.readiness.verdict is Verdict.FAILED
    assert judgement.causes[0].exit_code == 4


def test_no_room_is_waited_for_and_told() -> None:
    conditions = [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1"}
    ]
    readiness = judged(workload(), pod(conditions=conditions)).readiness
    assert readiness.verdict is Verdict.WAITING
    assert "Unschedulable: 0/1" in readiness.message


def test_a_quota_is_waited_for_and_told() -> None:
    stated = workload()
    failure = {
        "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota",
    }  # fmt: skip
    facts = Facts(live(stated, conditions=[failure]))
    readiness = judge(
        resource(stated), tracking_options(resource(stated)), facts, Ledger()
    ).readiness
    assert readiness.verdict is Verdict.WAITING
    assert "FailedCreate: quota" in readiness.message


def test_a_statefulset_tells_by_events_why_it_has_no_pods() -> None:
    events = [warning("uid-web", "FailedCreate", "exceeded quota")]
    readiness = judged(workload("StatefulSet"), warnings=events).readiness
    assert "FailedCreate: exceeded quota" in readiness.message


def test_a_pending_pod_shows_its_last_warning() -> None:
    events = [warning("uid-web-1", "FailedMount", 'configmap "x" not found')]
    readiness = judged(workload(), pod(held("ContainerCreating")), warnings=events).readiness
    assert 'FailedMount: configmap "x" not found' in readiness.message


def test_ready_beats_every_trouble() -> None:
    stated = workload()
    status = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
    facts = Facts(live(stated, **status), [pod(ended(1), name=f"web-{n}") for n in range(5)])
    judgement = judge(resource(stated), tracking_options(resource(stated)), facts, Ledger())
    assert judgement.readiness.verdict is Verdict.READY


def test_init_containers_are_containers() -> None:
    look = pod(initContainerStatuses=[{**ended(5), "name": "init"}])
    assert judged(workload(), look).causes[0].container == "init"


def test_a_running_pod_shows_what_its_probe_says() -> None:
    said = warning("uid-web-1", "Unhealthy", "Readiness probe failed: not yet\n")
    found = judged(workload(), pod(running(), phase="Running"), warnings=[said])
    assert found.readiness.verdict is Verdict.WAITING
    assert found.readiness.message.endswith(
        'Pod/web-1, container "app": Unhealthy: Readiness probe failed: not yet'
    )


def test_what_a_probe_said_of_a_pod_that_is_ready_is_history() -> None:
    said = warning("uid-web-1", "Unhealthy", "Readiness probe failed")
    ready = pod(running(ready=True), phase="Running")
    assert judged(workload(), ready, warnings=[said]).causes == ()
