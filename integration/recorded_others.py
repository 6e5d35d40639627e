"""What kinds that are no workloads go through, good and bad, for `record_states`: data only."""

from typing import Any

from integration.recorded_rollouts import Object, Rollout, pod, workload


def thing(version: str, kind: str, name: str, **fields: Any) -> Object:
    """Return an object that is to be there beside the recorded one."""
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **fields}


def volume(path: str = "/tmp/record-states", **more: Any) -> Object:
    """Return the spec of a PersistentVolume that no class makes and only one claim may have."""
    size = {"capacity": {"storage": "1Mi"}, "accessModes": ["ReadWriteOnce"]}
    return {**size, "hostPath": {"path": path}, "storageClassName": "none", **more}


def claim(volume: str = "") -> Object:
    """Return the spec of a claim, for the *volume* of that name."""
    size = {"resources": {"requests": {"storage": "1Mi"}}, "accessModes": ["ReadWriteOnce"]}
    return {**size, "volumeName": volume, "storageClassName": "none"}


def holder(volume: str) -> Object:
    """Return the claim that holds a *volume*."""
    return thing("v1", "PersistentVolumeClaim", "holder", spec=claim(volume))


def scaler(target: str) -> Object:
    """Return the spec of an autoscaler of the Deployment *target*."""
    named = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    return {"scaleTargetRef": named, "minReplicas": 1, "maxReplicas": 2}


def scaled(name: str, replicas: int) -> Object:
    """Return a Deployment whose pods state what an autoscaler asks for."""
    spec = pod(ready="", limits={"cpu": "1"})
    return thing("apps/v1", "Deployment", name, spec=workload(name, spec, replicas=replicas))


def budget(name: str, **bound: int) -> Rollout:
    """Return a budget that protects a pod of nobody's, which has its name."""
    alone = thing("v1", "Pod", name, spec=pod(ready=""))
    alone["metadata"]["labels"] = {"app": name}
    spec = {**bound, "selector": {"matchLabels": {"app": name}}}
    kind = "policy/v1 PodDisruptionBudget"
    return Rollout(name, kind, spec, "{.status.expectedPods}=1", "ready", besides=(alone,))


def definition(plural: str, kind: str = "Recorded") -> Object:
    """Return the spec of the definition of a kind."""
    schema = {"openAPIV3Schema": {"type": "object"}}
    return {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": plural, "kind": kind},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
    }


GROUP = "record-states.example.com"
ADDRESS: Object = {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}
HAS_ADDRESS = "{.status.loadBalancer.ingress[0].ip}"
BALANCER: Object = {"type": "LoadBalancer", "ports": [{"port": 80}]}
SITE: Object = {"defaultBackend": {"service": {"name": "none", "port": {"number": 80}}}}
API: Object = {"group": GROUP, "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1}
OBSERVED = "{.status.observedGeneration}=1"

VOLUMES: tuple[Rollout, ...] = (
    Rollout("claim-alone", "v1 PersistentVolumeClaim", claim(),
            "{.status.phase}=Pending", "waiting"),
    Rollout("claim-bound", "v1 PersistentVolumeClaim", claim("claim-bound"),
            "{.status.phase}=Bound", "ready",
            besides=(thing("v1", "PersistentVolume", "claim-bound", spec=volume()),)),
    Rollout("claim-lost", "v1 PersistentVolumeClaim", claim("none"),
            "{.status.phase}=Lost", "failed",
            metadata={"annotations": {"pv.kubernetes.io/bind-completed": "yes"}}),
    Rollout("volume-new", "v1 PersistentVolume", volume(), "{.status.phase}=Available", "ready"),
    Rollout("volume-bound", "v1 PersistentVolume", volume(), "{.status.phase}=Available|Bound",
            "ready", besides=(holder("volume-bound"),)),
    Rollout("volume-released", "v1 PersistentVolume", volume(), "{.status.phase}=Released",
            "waiting", started="{.status.phase}=Bound",
            besides=(holder("volume-released"),), removed="holder"),
    Rollout("volume-failed", "v1 PersistentVolume",
            volume("/none", persistentVolumeReclaimPolicy="Delete"), "{.status.phase}=Failed",
            "failed", started="{.status.phase}=Bound",
            besides=(holder("volume-failed"),), removed="holder"),
)  # fmt: skip
REACHED: tuple[Rollout, ...] = (
    Rollout("service-alone", "v1 Service", BALANCER, "{.spec.clusterIP}", "waiting"),
    Rollout("service-reached", "v1 Service", BALANCER, HAS_ADDRESS, "ready", answer=ADDRESS),
    Rollout("service-inside", "v1 Service", {"ports": [{"port": 80}]},
            "{.spec.clusterIP}", "ready"),
    Rollout("ingress-alone", "networking.k8s.io/v1 Ingress", SITE, "{.spec.defaultBackend}",
            "waiting"),
    Rollout("ingress-reached", "networking.k8s.io/v1 Ingress", SITE, HAS_ADDRESS, "ready",
            answer=ADDRESS),
)  # fmt: skip
SERVED: tuple[Rollout, ...] = (
    Rollout("definition-new", "apiextensions.k8s.io/v1 CustomResourceDefinition",
            definition("recorded"), "Established", "ready",
            metadata={"name": f"recorded.{GROUP}"}),
    Rollout("definition-clash", "apiextensions.k8s.io/v1 CustomResourceDefinition",
            definition("others"), "NamesAccepted=False", "failed",
            metadata={"name": f"others.{GROUP}"},
            besides=(thing("apiextensions.k8s.io/v1", "CustomResourceDefinition",
                           f"recorded.{GROUP}", spec=definition("recorded")),)),
    Rollout("api-local", "apiregistration.k8s.io/v1 APIService", API, "Available", "ready",
            metadata={"name": f"v1.{GROUP}"}),
    Rollout("api-alone", "apiregistration.k8s.io/v1 APIService",
            {**API, "insecureSkipTLSVerify": True,
             "service": {"name": "none", "namespace": "default"}},
            "Available=False", "waiting", metadata={"name": f"v1.{GROUP}"}),
    Rollout("namespace-new", "v1 Namespace", {}, "{.status.phase}=Active", "ready",
            metadata={"name": "record-states-new"}),
    Rollout("namespace-held", "v1 Namespace", {}, "NamespaceContentRemaining=False", "waiting",
            started="{.status.phase}=Active", removed="record-states-held",
            metadata={"name": "record-states-held", "finalizers": [f"{GROUP}/hold"]}),
)  # fmt: skip
SCALED: tuple[Rollout, ...] = (
    Rollout("scaler-unmeasured", "autoscaling/v2 HorizontalPodAutoscaler", scaler("measured"),
            "AbleToScale and ScalingActive=False", "waiting", besides=(scaled("measured", 1),)),
    Rollout("scaler-off", "autoscaling/v2 HorizontalPodAutoscaler", scaler("off"),
            "ScalingActive.reason=ScalingDisabled", "ready", besides=(scaled("off", 0),)),
    Rollout("scaler-alone", "autoscaling/v2 HorizontalPodAutoscaler", scaler("none"),
            "AbleToScale=False", "waiting"),
    Rollout("budget-new", "policy/v1 PodDisruptionBudget",
            {"minAvailable": 1, "selector": {"matchLabels": {"app": "x"}}}, OBSERVED, "ready"),
    budget("budget-spare", minAvailable=0),
    budget("budget-tight", minAvailable=1),
    Rollout("budget-unscaled", "policy/v1 PodDisruptionBudget",
            {"minAvailable": 1, "selector": {"matchLabels": {"app": "unscaled"}}},
            "{.status.conditions[0].reason}=SyncFailed", "waiting",
            {"spec": {"minAvailable": None, "maxUnavailable": 1}}, "{.status.expectedPods}=1",
            besides=(thing("batch/v1", "Job", "unscaled", spec={
                "template": workload("unscaled", pod(ready="", restartPolicy="Never"))["template"],
            }),)),
)  # fmt: skip
OTHERS = (*VOLUMES, *REACHED, *SERVED, *SCALED)
