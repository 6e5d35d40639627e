"""The states that kinds can be in, with the verdict on each and a word of its cause: a table.

Where other tools judge a state otherwise on purpose of ours, a comment says who and why.
"""

from typing import Any

from werfish.track.verdict import Verdict

READY, WAITING, FAILED = Verdict.READY, Verdict.WAITING, Verdict.FAILED
State = tuple[str, dict[str, Any], dict[str, Any], Verdict, str]
"""Group and kind, spec, status, verdict and a part of its words."""


def told(*conditions: str) -> dict[str, Any]:
    """Return a status with *conditions*, each as ``Type=Status:Reason``."""
    found = []
    for text in conditions:
        type, _, rest = text.partition("=")
        status, _, reason = rest.partition(":")
        found.append({"type": type, "status": status or "True", "reason": reason})
    return {"conditions": found}


def _deployment(updated: int, present: int, available: int, **more: Any) -> dict[str, Any]:
    counts = {"updatedReplicas": updated, "replicas": present, "availableReplicas": available}
    return {"observedGeneration": 1, **counts, **more}


def _set(present: int, **more: Any) -> dict[str, Any]:
    counts = {"replicas": present, "readyReplicas": present, "currentReplicas": present}
    return {"observedGeneration": 1, **counts, **more}


def _daemons(current: int, updated: int, available: int, **more: Any) -> dict[str, Any]:
    return {
        "observedGeneration": 1,
        "desiredNumberScheduled": 4,
        "currentNumberScheduled": current,
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        **more,
    }


_PARTITION = {"updateStrategy": {"rollingUpdate": {"partition": 1}}}
_BY_HAND = {"updateStrategy": {"type": "OnDelete"}}
_REVISIONS = {"currentRevision": "a", "updateRevision": "b"}

_LATE = "Progressing=False:ProgressDeadlineExceeded"

WORKLOADS: tuple[State, ...] = (
    ("apps/Deployment", {"replicas": 2}, {}, WAITING, "has not seen"),
    ("apps/Deployment", {"replicas": 2}, _deployment(1, 3, 2), WAITING, "1 of 2 pods updated"),
    ("apps/Deployment", {"replicas": 2}, _deployment(2, 3, 3), WAITING, "old revision"),
    ("apps/Deployment", {"replicas": 2}, _deployment(2, 2, 1), WAITING, "1 of 2 pods available"),
    ("apps/Deployment", {"replicas": 2}, _deployment(2, 2, 2, readyReplicas=1), WAITING, "1 of 2"),
    ("apps/Deployment", {"replicas": 2}, _deployment(3, 3, 3), WAITING, "surplus"),
    ("apps/Deployment", {"replicas": 2}, _deployment(2, 2, 2), READY, "2 of 2"),
    ("apps/Deployment", {}, _deployment(1, 1, 1), READY, "1 of 1"),
    ("apps/Deployment", {"replicas": 0}, _deployment(0, 0, 0), READY, "0 of 0"),
    ("apps/Deployment", {"replicas": 0}, _deployment(0, 1, 1), WAITING, "old revision"),
    ("apps/Deployment", {"paused": True}, _deployment(0, 1, 1), WAITING, "paused"),
    ("apps/Deployment", {}, _deployment(1, 1, 1, **told("Available=False:Minimum")),
     WAITING, "Minimum"),
    ("apps/Deployment", {}, _deployment(1, 1, 1, **told("Progressing=False:Quota")),
     WAITING, "Quota"),
    ("apps/Deployment", {}, _deployment(1, 1, 0, **told(_LATE)),
     FAILED, "ProgressDeadlineExceeded"),
    ("apps/StatefulSet", {"replicas": 4}, {}, WAITING, "has not seen"),
    # An old controller counts no updated ones: those of the only revision there is are new.
    ("apps/StatefulSet", {"replicas": 4}, _set(4), READY, "4 of 4"),
    ("apps/StatefulSet", {"replicas": 4}, {**_set(4), "currentReplicas": 2}, WAITING, "2 of 4"),
    ("apps/StatefulSet", {"replicas": 4}, _set(8), WAITING, "surplus"),
    ("apps/StatefulSet", {"replicas": 4}, {**_set(4), "readyReplicas": 2}, WAITING, "2 of 4"),
    # Argo CD takes it for healthy with `rollingUpdate: {}`.
    ("apps/StatefulSet", {"replicas": 2}, _set(2, **_REVISIONS, updatedReplicas=1),
     WAITING, "1 of 2"),
    ("apps/StatefulSet", {"replicas": 2}, _set(2, **_REVISIONS), WAITING, "0 of 2"),
    ("apps/StatefulSet", {"replicas": 2}, _set(2, **_REVISIONS, updatedReplicas=2),
     WAITING, "not ended"),
    ("apps/StatefulSet", {"replicas": 2, **_PARTITION}, _set(2, **_REVISIONS, updatedReplicas=1),
     READY, "old by strategy"),
    ("apps/StatefulSet", {"replicas": 2, **_PARTITION}, _set(2, **_REVISIONS), WAITING, "0 of 1"),
    ("apps/StatefulSet", {"replicas": 2, **_BY_HAND}, _set(2, **_REVISIONS),
     READY, "old by strategy"),
    ("apps/StatefulSet", {"replicas": 2, **_BY_HAND}, _set(2, **_REVISIONS, updatedReplicas=1),
     WAITING, "by hand"),
    ("apps/StatefulSet", {"replicas": 0}, _set(0), READY, "0 of 0"),
    ("apps/DaemonSet", {}, {"observedGeneration": 1}, WAITING, "has not seen"),
    ("apps/DaemonSet", {}, _daemons(4, 4, 4), READY, "4 of 4"),
    ("apps/DaemonSet", {}, _daemons(3, 4, 4), WAITING, "3 of 4"),
    ("apps/DaemonSet", {}, _daemons(4, 3, 4), WAITING, "3 of 4 pods updated"),
    ("apps/DaemonSet", {}, _daemons(4, 4, 2), WAITING, "2 of 4"),
    ("apps/DaemonSet", {}, _daemons(4, 4, 4, numberReady=2), WAITING, "2 of 4"),
    ("apps/DaemonSet", _BY_HAND, _daemons(4, 0, 4), READY, "old by strategy"),
    ("apps/DaemonSet", _BY_HAND, _daemons(4, 1, 4), WAITING, "by hand"),
    ("apps/ReplicaSet", {"replicas": 2}, _set(2, availableReplicas=2), READY, "2 of 2"),
    ("apps/ReplicaSet", {"replicas": 2}, _set(2, availableReplicas=1), WAITING, "1 of 2"),
    ("apps/ReplicaSet", {"replicas": 2}, _set(2, availableReplicas=2, fullyLabeledReplicas=1),
     WAITING, "1 of 2"),
    # Argo CD fails it; a quota may be raised.
    ("apps/ReplicaSet", {"replicas": 2}, _set(0, **told("ReplicaFailure=True:FailedCreate")),
     WAITING, "FailedCreate"),
    ("/ReplicationController", {"replicas": 0}, _set(0), READY, "0 of 0"),
)  # fmt: skip
JOBS: tuple[State, ...] = (
    ("batch/Job", {}, {}, WAITING, "0 of 1"),
    # kstatus takes a Job that runs for done.
    ("batch/Job", {"completions": 10}, {"active": 2, "succeeded": 3, "failed": 1}, WAITING,
     "3 of 10 pods succeeded, 1 failed"),
    ("batch/Job", {}, told("Failed=False", "Complete=False"), WAITING, "0 of 1"),
    # Helm takes it for done; its last pod may still be on its way out.
    ("batch/Job", {"completions": 1}, {"succeeded": 1}, WAITING, "1 of 1"),
    ("batch/Job", {}, told("SuccessCriteriaMet"), WAITING, "succeeded, and"),
    ("batch/Job", {}, told("SuccessCriteriaMet", "Complete"), READY, "complete"),
    ("batch/Job", {"backoffLimit": 1}, {"failed": 1}, WAITING, "1 failed"),
    ("batch/Job", {"backoffLimit": 1}, {"failed": 2}, FAILED, "2 pods failed, 1 may"),
    ("batch/Job", {"backoffLimit": 0}, {"failed": 1}, FAILED, "1 pods failed, 0 may"),
    ("batch/Job", {"backoffLimit": 0}, {"failed": 1, **told("SuccessCriteriaMet")}, WAITING, ""),
    ("batch/Job", {"backoffLimit": 0}, {"failed": 1, **told("Complete")}, READY, "complete"),
    ("batch/Job", {"backoffLimit": None}, {"failed": 1}, WAITING, "1 failed"),
    ("batch/Job", {}, told("Failed=True:DeadlineExceeded"), FAILED, "DeadlineExceeded"),
    ("batch/Job", {}, told("FailureTarget=True:PodFailurePolicy"), FAILED, "PodFailurePolicy"),
    ("batch/Job", {}, told("FailureTarget=True:FailedIndexes"), FAILED, "FailedIndexes"),
    ("batch/Job", {"suspend": True}, told("Suspended"), WAITING, "suspended"),
    ("batch/CronJob", {"schedule": "@daily"}, {}, READY, "@daily"),
    ("batch/CronJob", {"suspend": True}, {}, READY, "suspended"),
    # Argo CD fails it: its last run failed. That run is not of this change.
    ("batch/CronJob", {}, {"lastScheduleTime": "2024-01-02", "active": []}, READY, ""),
)  # fmt: skip
_INIT = {"name": "proxy", "ready": True, "started": True, "state": {"running": {}}}
_CRASHING = {"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
_GATED = "Ready=False:ReadinessGatesNotReady"
PODS: tuple[State, ...] = (
    ("/Pod", {}, {}, WAITING, "pending"),
    ("/Pod", {}, {"phase": "Unknown"}, WAITING, "unknown"),
    ("/Pod", {}, {"phase": "Running", **told("Ready")}, READY, "ready"),
    ("/Pod", {}, {"phase": "Running", "initContainerStatuses": [_INIT],
                  **told("Ready=False:ContainersNotReady")}, WAITING, "ContainersNotReady"),
    ("/Pod", {}, {"phase": "Running", **told("ContainersReady", _GATED)},
     WAITING, "ReadinessGatesNotReady"),
    # kstatus and Helm take it for ready, Argo CD waits for its end: it waits for a while.
    ("/Pod", {"restartPolicy": "Never"}, {"phase": "Running", **told("Ready")}, WAITING, "running"),
    ("/Pod", {"restartPolicy": "OnFailure", "containers": [{"readinessProbe": {}}]},
     {"phase": "Running", **told("Ready")}, READY, "ready"),
    ("/Pod", {}, {"phase": "Succeeded", **told("Ready=False:PodCompleted")}, READY, "succeeded"),
    # kstatus takes a failed pod for done.
    ("/Pod", {}, {"phase": "Failed", "reason": "Evicted"}, FAILED, "Evicted"),
    # Others fail here at once, or after 15 seconds: here the failure budget does.
    ("/Pod", {}, {"phase": "Running", "containerStatuses": [_CRASHING]}, WAITING, "running"),
    ("/Pod", {}, {"phase": "Pending", **told("PodScheduled=False:Unschedulable")},
     WAITING, "pending"),
    ("/Pod", {}, {"phase": "Pending", "containerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "InvalidImageName"}}}]},
     FAILED, "InvalidImageName"),
    ("/Pod", {}, {"phase": "Pending", "initContainerStatuses": [
        {"name": "app", "state": {"waiting": {"reason": "ErrImageNeverPull"}}}]},
     FAILED, "ErrImageNeverPull"),
)  # fmt: skip
OTHERS: tuple[State, ...] = (
    ("/Service", {"type": "NodePort", "clusterIP": "10.0.0.1"}, {}, READY, "present"),
    ("/Service", {"type": "ExternalName"}, {}, READY, "present"),
    # kstatus takes a load balancer without an address for done.
    ("/Service", {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}, {}, WAITING, "load balancer"),
    ("/Service", {"type": "LoadBalancer"}, {}, WAITING, "cluster address"),
    # kstatus fails it: being at the least or most replicas is no failure.
    ("autoscaling/HorizontalPodAutoscaler", {},
     told("AbleToScale", "ScalingActive", "ScalingLimited=True:TooFewReplicas"), READY, ""),
    # Argo CD fails these two; new pods have no metrics so soon, and a target may come.
    ("autoscaling/HorizontalPodAutoscaler", {},
     told("AbleToScale", "ScalingActive=False:FailedGetResourceMetric"),
     WAITING, "FailedGetResourceMetric"),
    ("autoscaling/HorizontalPodAutoscaler", {}, told("AbleToScale=False:FailedGetScale"),
     WAITING, "FailedGetScale"),
    ("apiextensions.k8s.io/CustomResourceDefinition", {},
     told("NamesAccepted", "Established=False:Installing"), WAITING, "Installing"),
    ("apiextensions.k8s.io/CustomResourceDefinition", {}, told("NamesAccepted=False:Clash"),
     FAILED, "Clash"),
    ("apiextensions.k8s.io/CustomResourceDefinition", {},
     told("NamesAccepted", "Established=False:Broken"), FAILED, "Broken"),
    ("apiextensions.k8s.io/CustomResourceDefinition", {},
     told("NamesAccepted", "Established", "Terminating=True:InstanceDeletionInProgress"),
     WAITING, "InstanceDeletionInProgress"),
    # Argo CD fails it: it is served all the same.
    ("apiextensions.k8s.io/CustomResourceDefinition", {},
     told("NamesAccepted", "Established", "NonStructuralSchema=True:Violations"),
     READY, "Violations"),
)  # fmt: skip
CUSTOM: tuple[State, ...] = (
    ("example.com/Wonder", {}, told("SomeCondition=False"), READY, ""),
    ("example.com/Wonder", {}, told("Ready=False:NotReadyYet"), WAITING, "NotReadyYet"),
    ("cert-manager.io/Certificate", {}, told("Issuing", "Ready"), WAITING, ""),
    # Argo CD fails a Certificate, SealedSecret or ExternalSecret that is not ready:
    # their controllers try again.
    ("cert-manager.io/Certificate", {}, told("Ready=False:DoesNotExist"), WAITING, "DoesNotExist"),
    ("bitnami.com/SealedSecret", {}, told("Synced=False"), WAITING, ""),
    ("cert-manager.io/CertificateRequest", {}, told("Ready=False:Pending"), WAITING, "Pending"),
    ("cert-manager.io/CertificateRequest", {}, told("Ready=False:Failed"), FAILED, "Failed"),
    ("cert-manager.io/CertificateRequest", {}, told("Denied"), FAILED, ""),
    ("acme.cert-manager.io/Order", {}, {"state": "errored", "reason": "no"}, FAILED, "no"),
    ("argoproj.io/ApplicationSet", {}, told("ResourcesUpToDate"), READY, ""),
    ("argoproj.io/ApplicationSet", {}, told("ResourcesUpToDate", "RolloutProgressing=True:Wave"),
     WAITING, "Wave"),
    ("argoproj.io/ApplicationSet", {}, told("ResourcesUpToDate", "ErrorOccurred=True:Bad"),
     WAITING, "Bad"),
    ("argoproj.io/CronWorkflow", {}, {}, READY, ""),
    # It has no generation: the tracker waits where it was there before the change (`is_doubtful`).
    ("argoproj.io/CronWorkflow", {}, told("SpecError=True:Bad"), FAILED, "Bad"),
    ("argoproj.io/Rollout", {"replicas": 0}, {"phase": "Healthy"}, READY, ""),
    ("argoproj.io/Rollout", {}, {"phase": "Healthy", "updatedReplicas": 1, "availableReplicas": 1},
     READY, ""),
    ("argoproj.io/Rollout", {}, {"phase": "Healthy"}, READY, ""),
    ("argoproj.io/Rollout", {}, {"phase": "Paused", "message": "CanaryPauseStep"},
     WAITING, "CanaryPauseStep"),
    ("argoproj.io/Rollout", {}, {"phase": "Healthy", "observedGeneration": "0",
                                 "updatedReplicas": 1, "availableReplicas": 1},
     WAITING, "has not seen"),
    ("argoproj.io/Experiment", {}, {"phase": "Running"}, WAITING, "Running"),
    ("argoproj.io/Experiment", {}, {"phase": "Error"}, FAILED, "Error"),
    ("argoproj.io/AnalysisRun", {}, {"phase": "Inconclusive"}, FAILED, "Inconclusive"),
    ("flagger.app/Canary", {}, {"phase": "WaitingPromotion"}, WAITING, "WaitingPromotion"),
    ("helm.toolkit.fluxcd.io/HelmRelease", {}, told("Ready", "Reconciling=True:Upgrading"),
     WAITING, "Upgrading"),
    ("monitoring.coreos.com/Prometheus", {}, told("Available=False:SomePodsNotReady"),
     WAITING, "SomePodsNotReady"),
    ("serving.knative.dev/Service", {}, told("Ready=False:RevisionFailed"),
     WAITING, "RevisionFailed"),
    ("postgresql.cnpg.io/Cluster", {"instances": 1}, {"phase": "Failing over"},
     WAITING, "Failing over"),
    ("postgresql.cnpg.io/Cluster", {"instances": 3},
     {"phase": "Cluster in healthy state", "readyInstances": 2}, WAITING, ""),
    ("postgresql.cnpg.io/Backup", {}, {"phase": "walArchivingFailing"},
     WAITING, "walArchivingFailing"),
    ("postgresql.cnpg.io/Database", {}, {"applied": False, "message": "no role"},
     WAITING, "no role"),
    ("kafka.strimzi.io/KafkaTopic", {}, told("NotReady=True:Creating"), WAITING, "Creating"),
    ("kafka.strimzi.io/Kafka", {}, told("NotReady=True:InvalidResourceException"),
     FAILED, "InvalidResourceException"),
)  # fmt: skip
STATES: tuple[State, ...] = (*WORKLOADS, *JOBS, *PODS, *OTHERS, *CUSTOM)
