"""Workloads and pods as a cluster would show them, for the tests of tracking."""

from typing import Any

from werfish.kube.resource import Resource, ResourceId, gvk_of

NAMESPACE = "default"


def resource(manifest: dict[str, Any]) -> Resource:
    """Return *manifest* as a resource of the release."""
    metadata = manifest["metadata"]
    return Resource(ResourceId(gvk_of(manifest), NAMESPACE, metadata["name"]), manifest)


def workload(kind: str = "Deployment", *, replicas: int = 1, **annotations: str) -> dict[str, Any]:
    """Return a Deployment, StatefulSet or DaemonSet as a chart states it."""
    labels = {"app": "web"}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": "web",
            "namespace": NAMESPACE,
            "annotations": {
                f"werf.io/{key.replace('_', '-')}": value for key, value in annotations.items()
            },
        },
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}},
        },
    }


def job(**spec: Any) -> dict[str, Any]:
    """Return a Job as a chart states it."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "web", "namespace": NAMESPACE},
        "spec": spec,
    }


def live(manifest: dict[str, Any], *, generation: int = 1, **status: Any) -> dict[str, Any]:
    """Return *manifest* as it is in the cluster, with a status of the present generation."""
    metadata = {"uid": f"uid-{manifest['metadata']['name']}", "generation": generation}
    return {
        **manifest,
        "metadata": {**manifest["metadata"], **metadata},
        "status": {"observedGeneration": generation, **status},
    }


def owned(
    kind: str, name: str, owner: str, *, labels: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Return an object that the controller with the uid *owner* made."""
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "uid": f"uid-{name}",
            "labels": {"app": "web", **(labels or {})},
            "ownerReferences": [{"uid": owner, "controller": True}],
        },
        **more,
    }


def pod(
    *statuses: dict[str, Any],
    name: str = "web-1",
    owner: str = "uid-web",
    labels: dict[str, str] | None = None,
    phase: str = "Pending",
    **more: Any,
) -> dict[str, Any]:
    """Return a pod whose containers have *statuses*."""
    status = {"phase": phase, "containerStatuses": list(statuses), **more}
    return owned("Pod", name, owner, labels=labels, status=status)


def held(reason: str, message: str = "", *, restarts: int = 0, code: int | None = None) -> Any:
    """Return the status of a container that waits for *reason*, after an end with *code*."""
    status: dict[str, Any] = {
        "name": "app",
        "restartCount": restarts,
        "state": {"waiting": {"reason": reason, "message": message}},
    }
    if code is not None:
        status["lastState"] = {"terminated": {"exitCode": code, "reason": "Error"}}
    return status


def ended(code: int, *, restarts: int = 0, reason: str = "Error") -> dict[str, Any]:
    """Return the status of a container that ended with *code*."""
    return {
        "name": "app",
        "restartCount": restarts,
        "state": {"terminated": {"exitCode": code, "reason": reason}},
    }


def running(*, restarts: int = 0, code: int | None = None, ready: bool = False) -> dict[str, Any]:
    """Return the status of a container that runs, after an end with *code*."""
    status: dict[str, Any] = {
        "name": "app",
        "restartCount": restarts,
        "ready": ready,
        "state": {"running": {}},
    }
    if code is not None:
        status["lastState"] = {"terminated": {"exitCode": code, "reason": "Error"}}
    return status


def warning(about: str, reason: str, message: str, *, at: str = "10:00:00") -> dict[str, Any]:
    """Return a warning about the object with the uid *about*."""
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"event-{reason}", "namespace": NAMESPACE, "uid": f"e-{reason}"},
        "type": "Warning",
        "involvedObject": {"uid": about, "fieldPath": "spec.containers{app}"},
        "reason": reason,
        "message": message,
        "lastTimestamp": f"2024-01-01T{at}Z",
    }
