"""Fields that the cluster fills in where a chart leaves them empty, or whatever it says. Pure.

Addresses and ports that are allotted, what all pods tolerate, the volume of a claim, the rules of
an aggregated role, the certificates that are injected into webhooks. A chart is read as if it
stated what is live there.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werfish.kube import fields
from werfish.kube.resource import Manifest

_INJECTED = (
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/inject-ca-from-secret",
    "cert-manager.io/inject-apiserver-ca",
    "service.beta.openshift.io/inject-cabundle",
)
"""Annotations of objects whose ``caBundle`` a controller sets, whatever the chart has there."""

_HEADLESS = "None"
_TOLERATED = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
"""What every pod tolerates for some minutes, by the server's own addition."""


def with_filled_in(wanted: Manifest, live: Manifest) -> Manifest:
    """Return *wanted* with what others have filled in where the object is *live*."""
    fill = _KINDS.get(str(wanted.get("kind")))
    return fill(wanted, live) if fill else wanted


def replaced(manifest: Manifest, path: Sequence[str], value: Any) -> Manifest:
    """Return *manifest* with *value* at *path*."""
    key, *rest = path
    if not rest:
        return {**manifest, key: value}
    inner = manifest.get(key)
    return {**manifest, key: replaced(inner if isinstance(inner, Mapping) else {}, rest, value)}


def _service(wanted: Manifest, live: Manifest) -> Manifest:
    if fields.text(live, "spec", "clusterIP") != _HEADLESS:  # which is nothing that is allotted
        wanted = _where_empty(wanted, live, ("spec", "clusterIP"))
        wanted = _where_empty(wanted, live, ("spec", "clusterIPs"))
    wanted = _where_empty(wanted, live, ("spec", "healthCheckNodePort"))
    if "DualStack" in fields.text(wanted, "spec", "ipFamilyPolicy"):
        wanted = _second(_second(wanted, live, "ipFamilies"), live, "clusterIPs")
    ports = fields.tables(wanted, "spec", "ports")
    if not any("nodePort" in one and not one["nodePort"] for one in ports):
        return wanted
    known = {_port(one): one for one in fields.tables(live, "spec", "ports")}
    filled = [_where_empty(one, known.get(_port(one), {}), ("nodePort",)) for one in ports]
    return replaced(wanted, ("spec", "ports"), filled)


def _second(wanted: Manifest, live: Manifest, key: str) -> Manifest:
    """Return *wanted* with the second family's entry of a list of which it states the first."""
    stated, found = fields.texts(wanted, "spec", key), fields.texts(live, "spec", key)
    if len(stated) == 1 and found[:1] == stated:
        return replaced(wanted, ("spec", key), list(found))
    return wanted


def _port(port: Manifest) -> tuple[object, object]:
    return port.get("port"), port.get("protocol") or "TCP"


def _pod(wanted: Manifest, live: Manifest) -> Manifest:
    stated = fields.tables(wanted, "spec", "tolerations")
    keys = {fields.text(one, "key") for one in stated}
    added = [
        one
        for one in fields.tables(live, "spec", "tolerations")
        if fields.text(one, "key") in _TOLERATED and fields.text(one, "key") not in keys
    ]
    if not stated or not added:
        return wanted
    return replaced(wanted, ("spec", "tolerations"), [*stated, *added])


def _claim(wanted: Manifest, live: Manifest) -> Manifest:
    return _where_empty(wanted, live, ("spec", "volumeName"))


def _role(wanted: Manifest, live: Manifest) -> Manifest:
    is_aggregated = fields.has(wanted, "aggregationRule") and fields.has(wanted, "rules")
    if not is_aggregated or not fields.has(live, "aggregationRule", "clusterRoleSelectors"):
        return wanted
    return {**wanted, "rules": live.get("rules")}


def _webhooks(wanted: Manifest, live: Manifest) -> Manifest:
    stated = fields.tables(wanted, "webhooks")
    if not stated or len(stated) != len(wanted["webhooks"]):
        return wanted
    known = {fields.text(one, "name"): one for one in fields.tables(live, "webhooks")}
    is_injected = _is_injected(wanted)
    filled = [
        _bundle(one, known.get(fields.text(one, "name"), {}), ("clientConfig",), is_injected)
        for one in stated
    ]
    return {**wanted, "webhooks": filled}


def _definition(wanted: Manifest, live: Manifest) -> Manifest:
    path = ("spec", "conversion", "webhook", "clientConfig")
    return _bundle(wanted, live, path, _is_injected(wanted))


def _service_of_api(wanted: Manifest, live: Manifest) -> Manifest:
    return _bundle(wanted, live, ("spec",), _is_injected(wanted))


def _bundle(wanted: Manifest, live: Manifest, path: tuple[str, ...], is_injected: bool) -> Manifest:
    path = (*path, "caBundle")
    found = fields.value(live, *path)
    if is_injected and found and fields.has(wanted, *path):
        return replaced(wanted, path, found)
    return _where_empty(wanted, live, path)


def _is_injected(manifest: Manifest) -> bool:
    return any(fields.annotation(manifest, name) for name in _INJECTED)


def _where_empty(wanted: Manifest, live: Manifest, path: tuple[str, ...]) -> Manifest:
    """Return *wanted* with what is *live* at *path* where it states nothing with so many words."""
    parent = fields.table(wanted, *path[:-1])
    found = fields.value(live, *path)
    if not found or path[-1] not in parent or parent[path[-1]]:
        return wanted
    return replaced(wanted, path, found)


_KINDS: Mapping[str, Callable[[Manifest, Manifest], Manifest]] = {
    "Service": _service,
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "ClusterRole": _role,
    "MutatingWebhookConfiguration": _webhooks,
    "ValidatingWebhookConfiguration": _webhooks,
    "CustomResourceDefinition": _definition,
    "APIService": _service_of_api,
}
"""The kinds that have such fields; others of the same name (Knative's Service) lack the fields."""
