"""The rollouts of workloads, good and bad, that `record_states` records: data only.

Those of the other kinds are in `recorded_others`.
"""

from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass

Object = dict[str, Any]
SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait"


@dataclass(frozen=True, slots=True)
class Rollout:
    """An object of *kind* with *spec*; *patch* is its change, which alone is recorded.

    It has ended when *ended* holds, a test of its status as `status_test` reads it, and its
    verdict then is *verdict*, as the documentation of the fields of the kind has it.
    """

    name: str
    kind: str
    spec: Object
    ended: str
    verdict: str
    patch: Object | None = None
    started: str = ""
    """What holds before *patch* is sent; by default *ended*."""
    removed: str = ""
    """The object, of it and those *besides*, whose deletion is the change."""
    besides: tuple[Object, ...] = ()
    """Other objects, which are there before it."""
    answer: Object | None = None
    """The status that is written to it, where the cluster has nobody who would."""
    metadata: Object = field(default_factory=dict)
    """What it has beside its name, which is that of the rollout unless it is here."""


def pod(
    command: str = SLEEP,
    *,
    ready: str = "sleep 1",
    image: str = "IMAGE",
    limits: Object | None = None,
    **more: Any,
) -> Object:
    """Return the spec of a pod that runs *command*, ready when the command *ready* succeeds."""
    container: Object = {
        "name": "app",
        "image": image,
        "command": ["sh", "-c", command],
        "resources": {"limits": limits or {}},
    }
    if ready:
        probe = {"exec": {"command": ["sh", "-c", ready]}, "periodSeconds": 1, "timeoutSeconds": 5}
        container["readinessProbe"] = probe
    return {"terminationGracePeriodSeconds": 1, "containers": [container], **more}


def workload(name: str, spec: Object, **more: Any) -> Object:
    """Return the spec of a workload whose pods have *spec*."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    return {"selector": {"matchLabels": labels}, "template": template, **more}


def job(command: str, **more: Any) -> Object:
    """Return the spec of a Job that runs *command*."""
    return {"template": {"spec": pod(command, ready="", restartPolicy="Never")}, **more}


CHANGED: Object = {"spec": {"template": {"metadata": {"annotations": {"version": "2"}}}}}
MENDED: Object = {"spec": {"template": {"spec": {"containers": pod()["containers"]}}}}
BROKEN: Object = {"spec": {"template": {"spec": {"containers": pod(ready="exit 1")["containers"]}}}}
DEPLOYED = (
    "{.status.observedGeneration}={.metadata.generation} and "
    "Progressing.reason=NewReplicaSetAvailable and {.status.replicas}={.spec.replicas} and "
    "{.status.updatedReplicas}={.spec.replicas} and {.status.availableReplicas}={.spec.replicas}"
)
LATE = "Progressing.reason=ProgressDeadlineExceeded"
STATEFUL = (
    "{.status.observedGeneration}={.metadata.generation} and "
    "{.status.currentRevision}={.status.updateRevision} and "
    "{.status.replicas}={.spec.replicas} and "
    "{.status.updatedReplicas}={.spec.replicas} and {.status.availableReplicas}={.spec.replicas}"
)
PARTED = (
    "{.status.observedGeneration}={.metadata.generation} and "
    "{.status.updatedReplicas}=1 and {.status.availableReplicas}=2"
)
DAEMONS = (
    "{.status.observedGeneration}={.metadata.generation} and "
    "{.status.updatedNumberScheduled}={.status.desiredNumberScheduled} and "
    "{.status.numberAvailable}={.status.desiredNumberScheduled}"
)
NONE: Object = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "none"},
    "spec": {"hard": {"pods": "0"}},
}
"""A quota that admits no pod."""
HOOK: Object = {"annotations": {"helm.sh/hook": "pre-install"}}
NO_IMAGE = pod(image="IMAGE-none")
CRASHING = pod("exit 3", ready="exit 1")
_TWO: Object = {"replicas": 2}
_BY_HAND: Object = {"updateStrategy": {"type": "OnDelete"}}
_PARTITION: Object = {"updateStrategy": {"rollingUpdate": {"partition": 1}}}

ROLLOUTS: tuple[Rollout, ...] = (
    Rollout("deploy-new", "apps/v1 Deployment", workload("deploy-new", pod(), **_TWO),
            DEPLOYED, "ready"),
    Rollout("deploy-changed", "apps/v1 Deployment", workload("deploy-changed", pod(), **_TWO),
            DEPLOYED, "ready", CHANGED),
    Rollout("deploy-broken", "apps/v1 Deployment",
            workload("deploy-broken", pod(), **_TWO, progressDeadlineSeconds=4),
            LATE, "failed", BROKEN, DEPLOYED),
    Rollout("deploy-to-none", "apps/v1 Deployment", workload("deploy-to-none", pod(), **_TWO),
            "{.status.observedGeneration}={.metadata.generation} and {.status.replicas}!=1|2",
            "ready", {"spec": {"replicas": 0}}, DEPLOYED),
    Rollout("deploy-recreated", "apps/v1 Deployment",
            workload("deploy-recreated", pod(), **_TWO, strategy={"type": "Recreate"}),
            DEPLOYED, "ready", CHANGED),
    Rollout("deploy-paused", "apps/v1 Deployment", workload("deploy-paused", pod(), **_TWO),
            "Progressing.reason=DeploymentPaused", "waiting",
            {"spec": {"paused": True, **CHANGED["spec"]}}, DEPLOYED),
    Rollout("deploy-unpaused", "apps/v1 Deployment",
            workload("deploy-unpaused", pod(), **_TWO, paused=True), DEPLOYED, "ready",
            {"spec": {"paused": False}}, "Progressing.reason=DeploymentPaused"),
    Rollout("deploy-quota", "apps/v1 Deployment", workload("deploy-quota", pod(), **_TWO),
            "ReplicaFailure", "waiting", besides=(NONE,)),
    Rollout("deploy-quota-late", "apps/v1 Deployment",
            workload("deploy-quota-late", pod(), progressDeadlineSeconds=2), LATE, "failed",
            besides=(NONE,)),
    Rollout("deploy-no-image", "apps/v1 Deployment",
            workload("deploy-no-image", NO_IMAGE, progressDeadlineSeconds=4), LATE, "failed"),
    Rollout("deploy-crashing", "apps/v1 Deployment",
            workload("deploy-crashing", CRASHING, progressDeadlineSeconds=4), LATE, "failed"),
    Rollout("deploy-scaled", "apps/v1 Deployment", workload("deploy-scaled", pod(), replicas=1),
            DEPLOYED, "ready", {"spec": _TWO}),
    Rollout("deploy-mended", "apps/v1 Deployment",
            workload("deploy-mended", pod(ready="exit 1"), progressDeadlineSeconds=15),
            DEPLOYED, "ready", MENDED, LATE),
    Rollout("set-new", "apps/v1 StatefulSet",
            workload("set-new", pod(), **_TWO, serviceName="x"), STATEFUL, "ready"),
    Rollout("set-changed", "apps/v1 StatefulSet",
            workload("set-changed", pod(), **_TWO, serviceName="x"), STATEFUL, "ready", CHANGED),
    Rollout("set-parted", "apps/v1 StatefulSet",
            workload("set-parted", pod(), **_TWO, **_PARTITION, serviceName="x"),
            PARTED, "ready", CHANGED, STATEFUL),
    Rollout("set-scaled", "apps/v1 StatefulSet",
            workload("set-scaled", pod(), **_TWO, serviceName="x"), STATEFUL, "ready",
            {"spec": {"replicas": 1}}),
    Rollout("set-at-once", "apps/v1 StatefulSet",
            workload("set-at-once", pod(), **_TWO, serviceName="x", minReadySeconds=2,
                     podManagementPolicy="Parallel"), STATEFUL, "ready"),
    Rollout("set-by-hand", "apps/v1 StatefulSet",
            workload("set-by-hand", pod(), **_TWO, **_BY_HAND, serviceName="x"),
            "{.status.observedGeneration}={.metadata.generation} and "
            "{.status.availableReplicas}=2", "ready", CHANGED, STATEFUL),
    Rollout("daemons-new", "apps/v1 DaemonSet", workload("daemons-new", pod()), DAEMONS, "ready"),
    Rollout("daemons-changed", "apps/v1 DaemonSet", workload("daemons-changed", pod()),
            DAEMONS, "ready", CHANGED),
    Rollout("daemons-surged", "apps/v1 DaemonSet",
            workload("daemons-surged", pod(), minReadySeconds=2, updateStrategy={
                "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
            DAEMONS, "ready", CHANGED),
    Rollout("daemons-by-hand", "apps/v1 DaemonSet",
            workload("daemons-by-hand", pod(), **_BY_HAND),
            "{.status.observedGeneration}={.metadata.generation} and "
            "{.status.numberAvailable}={.status.desiredNumberScheduled}", "ready",
            CHANGED, DAEMONS),
    Rollout("daemons-nowhere", "apps/v1 DaemonSet",
            workload("daemons-nowhere", pod(nodeSelector={"there": "none"})),
            "{.status.observedGeneration}=1", "ready"),
    Rollout("replicas-new", "apps/v1 ReplicaSet", workload("replicas-new", pod(), **_TWO),
            "{.status.availableReplicas}=2", "ready"),
    Rollout("replicas-quota", "apps/v1 ReplicaSet", workload("replicas-quota", pod(), **_TWO),
            "ReplicaFailure", "waiting", besides=(NONE,)),
    Rollout("controller-new", "v1 ReplicationController",
            {**_TWO, "selector": {"app": "controller-new"},
             "template": workload("controller-new", pod())["template"]},
            "{.status.availableReplicas}=2", "ready"),
    Rollout("controller-quota", "v1 ReplicationController",
            {**_TWO, "selector": {"app": "controller-quota"},
             "template": workload("controller-quota", pod())["template"]},
            "ReplicaFailure", "waiting", besides=(NONE,)),
    Rollout("job-done", "batch/v1 Job", job("sleep 1", completions=2, completionMode="Indexed"),
            "Complete", "ready"),
    Rollout("job-failed", "batch/v1 Job", job("exit 3", backoffLimit=0), "Failed", "failed"),
    Rollout("job-late", "batch/v1 Job", job(SLEEP, activeDeadlineSeconds=2), "Failed", "failed"),
    Rollout("job-policy", "batch/v1 Job",
            job("exit 42", podFailurePolicy={"rules": [
                {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}]}),
            "Failed", "failed"),
    Rollout("job-resumed", "batch/v1 Job", job("true", suspend=True), "Complete", "ready",
            {"spec": {"suspend": False}}, "Suspended"),
    Rollout("job-suspended", "batch/v1 Job", job(SLEEP), "Suspended", "waiting",
            {"spec": {"suspend": True}}, "{.status.ready}=1"),
    Rollout("job-retried", "batch/v1 Job", job("exit 3", backoffLimit=1), "Failed", "failed"),
    Rollout("job-by-index", "batch/v1 Job",
            job("exit $JOB_COMPLETION_INDEX", completions=2, completionMode="Indexed",
                backoffLimitPerIndex=0), "Failed", "failed"),
    Rollout("job-enough", "batch/v1 Job",
            job(f"[ $JOB_COMPLETION_INDEX = 0 ] || {{ {SLEEP}; }}", completions=2, parallelism=2,
                completionMode="Indexed", successPolicy={"rules": [{"succeededIndexes": "0"}]}),
            "Complete", "ready"),
    Rollout("job-cleaned", "batch/v1 Job", job("true", ttlSecondsAfterFinished=0),
            "Complete", "ready"),
    Rollout("cron-new", "batch/v1 CronJob", {"schedule": "@yearly", "jobTemplate": {
                "spec": job("true")}}, "{.spec.schedule}", "ready"),
    Rollout("pod-new", "v1 Pod", pod(initContainers=[
                {"name": "side", "image": "IMAGE", "restartPolicy": "Always",
                 "command": ["sh", "-c", SLEEP]}]), "Ready", "ready"),
    Rollout("pod-done", "v1 Pod", pod("sleep 1", ready="", restartPolicy="Never"),
            "{.status.phase}=Succeeded", "ready", metadata=HOOK),
    Rollout("pod-failed", "v1 Pod", pod("exit 3", ready="exit 1", restartPolicy="Never"),
            "{.status.phase}=Failed", "failed", metadata=HOOK),
    Rollout("pod-running", "v1 Pod", pod(ready="", restartPolicy="Never"), "Ready", "waiting"),
    Rollout("pod-nowhere", "v1 Pod", pod(nodeSelector={"there": "none"}),
            "PodScheduled.reason=Unschedulable", "waiting"),
    Rollout("pod-gated", "v1 Pod", pod(ready="", readinessGates=[{"conditionType": "x.y/z"}]),
            "ContainersReady", "waiting"),
    Rollout("pod-bad-image", "v1 Pod", pod(image="IMAGE::"),
            "{.status.containerStatuses[0].state.waiting.reason}=InvalidImageName", "failed"),
    Rollout("pod-no-config", "v1 Pod",
            pod(initContainers=[{"name": "init", "image": "IMAGE", "envFrom": [
                {"configMapRef": {"name": "none"}}]}]),
            "{.status.initContainerStatuses[0].state.waiting.reason}=CreateContainerConfigError",
            "waiting"),
    Rollout("pod-bad-init", "v1 Pod",
            pod(restartPolicy="Never", initContainers=[
                {"name": "init", "image": "IMAGE", "command": ["sh", "-c", "exit 3"]}]),
            "{.status.phase}=Failed", "failed"),
    Rollout("pod-no-image", "v1 Pod", NO_IMAGE,
            "{.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff", "waiting"),
    Rollout("pod-crashing", "v1 Pod", CRASHING,
            "{.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff", "waiting"),
    Rollout("pod-oom", "v1 Pod", pod("tail /dev/zero", ready="exit 1", restartPolicy="Never",
                                     limits={"memory": "24Mi"}),
            "{.status.phase}=Failed and "
            "{.status.containerStatuses[0].state.terminated.reason}=OOMKilled", "failed"),
)  # fmt: skip
