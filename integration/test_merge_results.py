"""The merge beside the API server's own answers, and beside what ``kubectl apply`` makes of it.

Objects are drawn at random from a printed seed: what was recorded, what others added to the live
object, and what the chart says now.
"""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from integration.campaign import rounds
from integration.kit.api import Endpoints
from tests.deploy.test_merge_kinds import left, lost, unmet
from werfish.deploy.lists import by_key, is_set, keys_of
from werfish.deploy.merge import normal, three_way
from werfish.kube.client import KubeCluster, connect
from werfish.kube.kubeconfig import KubeOptions
from werfish.kube.resource import Manifest, ResourceId, gvk_of
from werfish.kube.schema import Schema

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

ROUNDS = 8
OF_CONTROLLERS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    }
)
"""Annotations that come by themselves, at any moment."""


@pytest.fixture
def cluster(kit: Endpoints, namespace: str) -> Iterator[KubeCluster]:
    found = connect(KubeOptions(config=kit.kubeconfig or "", environment=os.environ))
    found.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield found
    found.close()


class Drawing:
    """Draws parts of objects that the API server takes."""

    def __init__(self, chance: random.Random) -> None:
        self._random = chance

    def some(self, items: dict[str, Any]) -> dict[str, Any]:
        return {
            key: self.one(*values) for key, values in items.items() if self._random.random() < 0.7
        }

    def one(self, *values: Any) -> Any:
        return self._random.choice(values)

    def few(self, *values: Any) -> list[Any]:
        return self._random.sample(values, self._random.randint(0, len(values)))

    def named(self, part: Any, *names: str) -> list[Any]:
        return [{"name": name, **part()} for name in self.few(*names)]


def labels(draw: Drawing) -> dict[str, Any]:
    return draw.some({"a": ("1", "2"), "b": ("1", "2"), "c": ("1",)})


def container(draw: Drawing) -> dict[str, Any]:
    ports = [
        {"containerPort": port, **draw.some({"name": (f"p{port}",)})} for port in draw.few(80, 90)
    ]
    value = {
        "image": draw.one("busybox:1", "busybox:2"),
        "env": draw.named(lambda: {"value": draw.one("1", "2")}, "A", "B", "C"),
        "ports": ports,
        "args": draw.few("x", "y", "z"),
    }
    limits = draw.some({"cpu": ("100m", 0.1, "1"), "memory": ("1024Ki", "1Mi", "2Mi")})
    probe = draw.some({"periodSeconds": (1, 5), "failureThreshold": (2, 3)})
    extra = draw.some({"resources": ({"limits": limits},), "workingDir": ("/a", "/b")})
    if draw.one(True, False):
        extra["livenessProbe"] = {"exec": {"command": draw.few("a", "b", "c") or ["d"]}, **probe}
    return {**value, **extra}


def pod(draw: Drawing) -> dict[str, Any]:
    volumes = [
        {"name": name, **draw.one({"emptyDir": {}}, {"configMap": {"name": "c", "optional": True}})}
        for name in draw.few("v", "w")
    ]
    containers = [
        {"name": "main", **container(draw)},
        *draw.named(lambda: container(draw), "x", "y"),
    ]
    more = draw.some(
        {
            "terminationGracePeriodSeconds": (1, 2),
            "nodeSelector": ({"disk": "ssd"}, {"disk": "hdd", "zone": "a"}),
            "tolerations": (
                [{"key": "a", "operator": "Exists"}],
                [{"key": "b", "operator": "Exists"}, {"key": "a", "operator": "Exists"}],
            ),
            "imagePullSecrets": ([{"name": "s"}], [{"name": "s"}, {"name": "t"}]),
            "hostAliases": ([{"ip": "127.0.0.1", "hostnames": ["a"]}],),
        }
    )
    return {"containers": containers, "volumes": volumes, **more}


def workload(draw: Drawing, **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "one", **labels(draw)}, "annotations": labels(draw)},
        "spec": pod(draw),
    }
    return {"selector": {"matchLabels": {"app": "one"}}, "template": template, **spec}


def deployment(draw: Drawing) -> dict[str, Any]:
    strategy = draw.one(
        {"type": "Recreate"},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": draw.one(1, "50%")}},
    )
    more = draw.some({"strategy": (strategy,), "minReadySeconds": (1, 2)})
    return {"spec": workload(draw, replicas=0, **more)}


def daemon_set(draw: Drawing) -> dict[str, Any]:
    spec = workload(draw)
    spec["template"]["spec"]["nodeSelector"] = {"no": "where"}
    return {"spec": spec}


def cron_job(draw: Drawing) -> dict[str, Any]:
    template = {"spec": {**pod(draw), "restartPolicy": "Never"}}
    job = {"template": template, **draw.some({"backoffLimit": (1, 2)})}
    more = draw.some({"suspend": (True,), "successfulJobsHistoryLimit": (1, 2)})
    return {"spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job}, **more}}


def service(draw: Drawing) -> dict[str, Any]:
    ports = [{"name": f"p{port}", "port": port, "targetPort": draw.one(port, "http")}
             for port in draw.few(80, 90, 100) or [70]]  # fmt: skip
    return {"spec": {"selector": {"app": "one", **labels(draw)}, "ports": ports}}


def config_map(draw: Drawing) -> dict[str, Any]:
    return {"data": labels(draw), "binaryData": draw.some({"x": ("YQ==", "Yg==")})}


def secret(draw: Drawing) -> dict[str, Any]:
    return {
        "stringData": draw.some({"a": ("1", "2"), "b": ("1",)}),
        "data": draw.some({"x": ("YQ==",)}),
    }


def ingress(draw: Drawing) -> dict[str, Any]:
    backend = {"service": {"name": "s", "port": {"number": 80}}}
    paths = [
        {"path": path, "pathType": "Prefix", "backend": backend} for path in draw.few("/a", "/b")
    ]
    rules = [
        {
            "host": host,
            "http": {"paths": paths or [{"pathType": "Prefix", "path": "/", "backend": backend}]},
        }
        for host in draw.few("a.b", "c.d") or ["e.f"]
    ]
    return {"spec": {"rules": rules, **draw.some({"ingressClassName": ("n", "m")})}}


def network_policy(draw: Drawing) -> dict[str, Any]:
    rules = [{"ports": [{"port": port, "protocol": "TCP"}]} for port in draw.few(80, 90)]
    return {"spec": {"podSelector": {"matchLabels": labels(draw)}, "ingress": rules,
                     "policyTypes": ["Ingress"]}}  # fmt: skip


def role(draw: Drawing) -> dict[str, Any]:
    return {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}
                      for verb in draw.few("get", "list", "watch")]}  # fmt: skip


def autoscaler(draw: Drawing) -> dict[str, Any]:
    metrics = [
        {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization",
         "averageUtilization": draw.one(50, 60)}}}
        for name in draw.few("cpu", "memory") or ["cpu"]
    ]  # fmt: skip
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "none"}
    return {"spec": {"scaleTargetRef": target, "minReplicas": draw.one(1, 2), "maxReplicas": 3,
                     "metrics": metrics}}  # fmt: skip


def budget(draw: Drawing) -> dict[str, Any]:
    return {"spec": {"selector": {"matchLabels": {"app": "one"}},
                     **draw.one({"minAvailable": 1}, {"maxUnavailable": "50%"})}}  # fmt: skip


def service_account(draw: Drawing) -> dict[str, Any]:
    return {"imagePullSecrets": draw.named(dict, "a", "b"),
            **draw.some({"automountServiceAccountToken": (True, False)})}  # fmt: skip


def quota(draw: Drawing) -> dict[str, Any]:
    return {"spec": {"hard": draw.some({"pods": ("10", 20), "requests.cpu": ("1000m", 1, "2")})}}


KINDS = {
    ("apps/v1", "Deployment"): deployment,
    ("apps/v1", "DaemonSet"): daemon_set,
    ("batch/v1", "CronJob"): cron_job,
    ("v1", "Service"): service,
    ("v1", "ConfigMap"): config_map,
    ("v1", "Secret"): secret,
    ("v1", "ServiceAccount"): service_account,
    ("v1", "ResourceQuota"): quota,
    ("networking.k8s.io/v1", "Ingress"): ingress,
    ("networking.k8s.io/v1", "NetworkPolicy"): network_policy,
    ("rbac.authorization.k8s.io/v1", "Role"): role,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): autoscaler,
    ("policy/v1", "PodDisruptionBudget"): budget,
}
ADDED: dict[str, Any] = {"metadata": {"labels": {"foreign": "9"}, "annotations": {"foreign": "9"}}}


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
def test_the_server_has_what_the_merge_says(
    cluster: KubeCluster, namespace: str, api_version: str, kind: str
) -> None:
    for number, chance in enumerate(rounds(f"merge-{kind}", ROUNDS)):
        draw, name = Drawing(chance), f"one-{number}"
        old, new = (made(draw, api_version, kind, namespace, name) for _ in range(2))
        id = ResourceId(gvk_of(new), namespace, name)
        schema = cluster.schema(id.gvk)
        cluster.create(old)
        cluster.patch(id, ADDED)
        after = merged(cluster, id, old, new, schema)
        if kind == "Secret":  # of stringData that was dropped, kubectl leaves the data
            continue
        twin = ResourceId(id.gvk, namespace, f"{name}-k")
        apply(old, twin)
        cluster.patch(twin, ADDED)
        apply(new, twin)
        theirs = comparable(cluster.get(twin), schema)
        assert comparable(after, schema) == theirs


def merged(
    cluster: KubeCluster, id: ResourceId, old: Manifest, new: Manifest, schema: Schema
) -> Manifest:
    """Merge *new* in, and hold the server's answer against the laws; return it."""
    live = cluster.get(id)
    result = three_way(old, live, new, schema)
    after = cluster.patch(id, result.patch) if result.patch else live
    recorded, wanted, found, before = map(plain, (old, new, after, live))
    assert list(unmet(wanted, found, recorded, schema)) == []
    assert list(unmet(plain(result.merged), found, recorded, schema)) == []
    assert list(lost(recorded, before, wanted, found, schema)) == []
    assert list(left(recorded, before, wanted, plain(result.merged), schema)) == []
    assert three_way(new, after, new, schema).patch == {}, "the next deploy changes nothing"
    return after


def plain(manifest: Manifest) -> dict[str, Any]:
    """Return what *manifest* asks for, without what comes by itself."""
    content = normal(manifest)
    annotations = content["metadata"].get("annotations") or {}
    kept = {key: value for key, value in annotations.items() if key not in OF_CONTROLLERS}
    return {**content, "metadata": {**content["metadata"], "annotations": kept}}


def made(draw: Drawing, api_version: str, kind: str, namespace: str, name: str) -> dict[str, Any]:
    metadata = {
        "name": name,
        "namespace": namespace,
        "labels": labels(draw),
        "annotations": labels(draw),
    }
    content = KINDS[api_version, kind](draw)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def apply(manifest: Manifest, id: ResourceId) -> None:
    """Have kubectl apply *manifest* under the name of *id*."""
    named = {**manifest, "metadata": {**manifest["metadata"], "name": id.name}}
    subprocess.run(
        ["kubectl", "-n", id.namespace, "apply", "-f", "-"],
        input=json.dumps(named),
        check=True,
        capture_output=True,
        text=True,
    )


def comparable(manifest: Manifest, schema: Schema) -> Any:
    """Return what two objects of one meaning have in common: lists with keys in no order."""
    content = plain(manifest)
    kept = {key: content["metadata"].get(key) for key in ("labels", "annotations")}
    for own in ("clusterIP", "clusterIPs"):
        (content.get("spec") or {}).pop(own, None)
    return sorted_lists({**content, "metadata": kept}, schema)


def sorted_lists(value: Any, schema: Schema) -> Any:
    if isinstance(value, dict):
        found = {key: sorted_lists(item, schema.field(key)) for key, item in value.items()}
        return {key: item for key, item in found.items() if item not in (None, [])}
    if isinstance(value, list):
        if is_set(schema):
            return sorted(value)
        items = [sorted_lists(item, schema.items) for item in value]
        keys = keys_of((value,), schema)
        return [item for _, item in sorted(by_key(items, keys, schema).items())] if keys else items
    return value
