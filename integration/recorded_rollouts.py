"""The rollouts, good and bad, that `record_states` records: data only."""

from typing import Any

from stages.light_dataclass import dataclass

Object = dict[str, Any]
SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait"


@dataclass(frozen=True, slots=True)
class Rollout:
    """An object of *kind* with *spec*; *patch* is its change, which alone is recorded.

    It has ended when *ended* holds, a test of its status as `status_test` reads it, and its
    verdict then is *verdict*.
    """

    name: str
    kind: str
    spec: Object
    ended: str
    verdict: str
    patch: Object | None = None
    started: str = ""
    """What holds before *patch* is sent; by default *ended*."""


def pod(command: str = SLEEP, *, ready: str = "sleep 1", **more: Any) -> Object:
    """Return the spec of a pod that runs *command*, ready when the command *ready* succeeds."""
    container: Object = {
        "name": "app",
        "image": "IMAGE",
        "command": ["sh", "-c", command],
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
_TWO: Object = {"replicas": 2}
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
    Rollout("set-new", "apps/v1 StatefulSet",
            workload("set-new", pod(), **_TWO, serviceName="x"), STATEFUL, "ready"),
    Rollout("set-changed", "apps/v1 StatefulSet",
            workload("set-changed", pod(), **_TWO, serviceName="x"), STATEFUL, "ready", CHANGED),
    Rollout("set-parted", "apps/v1 StatefulSet",
            workload("set-parted", pod(), **_TWO, **_PARTITION, serviceName="x"),
            PARTED, "ready", CHANGED, STATEFUL),
    Rollout("daemons-new", "apps/v1 DaemonSet", workload("daemons-new", pod()), DAEMONS, "ready"),
    Rollout("daemons-changed", "apps/v1 DaemonSet", workload("daemons-changed", pod()),
            DAEMONS, "ready", CHANGED),
    Rollout("replicas-new", "apps/v1 ReplicaSet", workload("replicas-new", pod(), **_TWO),
            "{.status.availableReplicas}=2", "ready"),
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
    Rollout("pod-new", "v1 Pod", pod(initContainers=[
                {"name": "side", "image": "IMAGE", "restartPolicy": "Always",
                 "command": ["sh", "-c", SLEEP]}]), "Ready", "ready"),
    Rollout("pod-done", "v1 Pod", pod("sleep 1", ready="", restartPolicy="Never"),
            "{.status.phase}=Succeeded", "ready"),
    Rollout("pod-failed", "v1 Pod", pod("exit 3", ready="exit 1", restartPolicy="Never"),
            "{.status.phase}=Failed", "failed"),
    Rollout("claim-alone", "v1 PersistentVolumeClaim",
            {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}},
             "storageClassName": "none"}, "{.status.phase}=Pending", "waiting"),
    Rollout("budget-new", "policy/v1 PodDisruptionBudget",
            {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}},
            "{.status.observedGeneration}=1", "ready"),
)  # fmt: skip
