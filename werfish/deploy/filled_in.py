"""Fields that the cluster fills in where a chart leaves them empty, or whatever it says. Pure.

Addresses and ports that are allotted, what all pods tolerate, the volume of a claim, the rules of
an aggregated role, the certificates that are injected into webhooks. For a merge a chart is read
as if it stated what is live there; what is created anew is as the chart says. What the chart itself
stated before, and empties now, is not what the cluster filled in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.equal import amount_of
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
_PULLS = "imagePullPolicy"
_SIZE = ("spec", "resources", "requests", "storage")
_DEFAULTED = (
    "healthCheckNodePort",
    "externalTrafficPolicy",
    "ipFamilies",
    "ipFamilyPolicy",
    "sessionAffinity",
    "type",
)


@dataclass(frozen=True, slots=True)
class _Sides:
    """One object, or a part of it: what the chart states, what is live, what was recorded."""

    wanted: Manifest
    live: Manifest
    known: Manifest

    def filled(self, *path: str) -> Manifest:
        """Return the wanted side with what is live at *path*, where the chart leaves it empty."""
        *parents, key = path
        stated, before = (fields.table(one, *parents) for one in (self.wanted, self.known))
        found = fields.value(self.live, *path)
        is_empty = key in stated and not stated[key]
        was_empty = key not in stated and key in before and not before[key]
        is_own = before.get(key) == found or (key in _DEFAULTED and bool(before.get(key)))
        if not found or is_own or not (is_empty or was_empty) or (parents and not stated):
            return self.wanted
        return replaced(self.wanted, path, found)

    def with_wanted(self, wanted: Manifest) -> "_Sides":
        """Return the same with another *wanted* side."""
        return _Sides(wanted, self.live, self.known)


def with_filled_in(wanted: Manifest, live: Manifest, known: Manifest | None = None) -> Manifest:
    """Return *wanted* with what others have filled in where the object is *live*.

    *known* is what was recorded of it.
    """
    fill = _KINDS.get(str(wanted.get("kind")))
    return fill(_Sides(wanted, live, known or {})) if fill else wanted


def replaced(manifest: Manifest, path: Sequence[str], value: Any) -> Manifest:
    """Return *manifest* with *value* at *path*."""
    key, *rest = path
    if not rest:
        return {**manifest, key: value}
    inner = manifest.get(key)
    return {**manifest, key: replaced(inner if isinstance(inner, Mapping) else {}, rest, value)}


def _service(sides: _Sides) -> Manifest:
    is_headless = fields.text(sides.live, "spec", "clusterIP") == _HEADLESS  # which is not allotted
    for key in _DEFAULTED if is_headless else (*_DEFAULTED, "clusterIP", "clusterIPs"):
        sides = sides.with_wanted(sides.filled("spec", key))
    if "DualStack" in fields.text(sides.wanted, "spec", "ipFamilyPolicy"):
        for key in ("ipFamilies", "clusterIPs"):
            sides = sides.with_wanted(_second(sides, key))
    taken = [one.get("nodePort") for one in fields.tables(sides.wanted, "spec", "ports")]

    def fill(one: _Sides) -> Manifest:
        return one.wanted if one.live.get("nodePort") in taken else one.filled("nodePort")

    return _parts(sides, ("spec", "ports"), _port, fill)


def _second(sides: _Sides, key: str) -> Manifest:
    """Return the wanted side with the second family's entry of a list whose first it states."""
    stated, found = (fields.texts(one, "spec", key) for one in (sides.wanted, sides.live))
    if len(stated) == 1 and found[:1] == stated:
        return replaced(sides.wanted, ("spec", key), list(found))
    return sides.wanted


def _port(port: Manifest) -> str:
    return f"{port.get('port')}/{port.get('protocol') or 'TCP'}"


def _parts(
    sides: _Sides,
    path: tuple[str, ...],
    key_of: Callable[[Manifest], str],
    fill: Callable[[_Sides], Manifest],
) -> Manifest:
    """Return the wanted side with each element of the list at *path* filled in by *fill*."""
    stated = fields.tables(sides.wanted, *path)
    whole = fields.value(sides.wanted, *path)
    if not stated or not isinstance(whole, list) or len(stated) != len(whole):
        return sides.wanted
    live, known = (
        {key_of(one): one for one in fields.tables(side, *path)}
        for side in (sides.live, sides.known)
    )
    filled = [
        fill(_Sides(one, live.get(key_of(one), {}), known.get(key_of(one), {}))) for one in stated
    ]
    return replaced(sides.wanted, path, filled)


def _templated(*path: str) -> Callable[[_Sides], Manifest]:
    """Return what fills in the containers of the pod at *path*."""

    def fill(sides: _Sides) -> Manifest:
        for kind in ("containers", "initContainers"):
            place = (*path, kind)
            if any(one.get(_PULLS) == "" for one in fields.tables(sides.wanted, *place)):
                pulled = _parts(sides, place, _name, lambda one: one.filled(_PULLS))
                sides = sides.with_wanted(pulled)
        return sides.wanted

    return fill


def _name(part: Manifest) -> str:
    return fields.text(part, "name")


def _pod(sides: _Sides) -> Manifest:
    """Keep what the server lets every pod tolerate; nothing of that can be taken away."""
    sides = sides.with_wanted(_templated("spec")(sides))
    stated = fields.value(sides.wanted, "spec", "tolerations")
    if not isinstance(stated, list):
        return sides.wanted
    known = fields.tables(sides.known, "spec", "tolerations")
    own = [_said(one) for one in (*stated, *known) if isinstance(one, Mapping)]
    live = fields.tables(sides.live, "spec", "tolerations")
    added = [one for one in live if _said(one) not in own]
    stated = [next((at for at in live if _said(at) == _said(one)), one) for one in stated]
    return replaced(sides.wanted, ("spec", "tolerations"), [*stated, *added])


def _said(part: object) -> object:
    """Return what a part says, without what the API leaves out."""
    if not isinstance(part, Mapping):
        return part
    return {key: value for key, value in part.items() if value not in (None, "")}


def _claim(sides: _Sides) -> Manifest:
    """Keep the volume, and the size of a claim that has grown since: none can shrink."""
    wanted = sides.filled("spec", "volumeName")
    was, size, now = (
        amount_of(fields.value(one, *_SIZE)) for one in (sides.known, wanted, sides.live)
    )
    if size is None or now is None or was != size or now <= size:
        return wanted
    return replaced(wanted, _SIZE, fields.value(sides.live, *_SIZE))


def _role(sides: _Sides) -> Manifest:
    is_aggregated = all(fields.has(one, "aggregationRule") for one in (sides.wanted, sides.live))
    is_stated = any(fields.has(one, "rules") for one in (sides.wanted, sides.known))
    if not is_aggregated or not is_stated or sides.live.get("rules") is None:
        return sides.wanted
    return {**sides.wanted, "rules": sides.live.get("rules")}


def _webhooks(sides: _Sides) -> Manifest:
    is_injected = _is_injected(sides.wanted)

    def fill(one: _Sides) -> Manifest:
        return _bundle(one, ("clientConfig", "caBundle"), is_injected=is_injected)

    return _parts(sides, ("webhooks",), _name, fill)


def _definition(sides: _Sides) -> Manifest:
    path = ("spec", "conversion", "webhook", "clientConfig", "caBundle")
    return _bundle(sides, path, is_injected=_is_injected(sides.wanted))


def _service_of_api(sides: _Sides) -> Manifest:
    return _bundle(sides, ("spec", "caBundle"), is_injected=_is_injected(sides.wanted))


def _bundle(sides: _Sides, path: tuple[str, ...], *, is_injected: bool) -> Manifest:
    found = fields.value(sides.live, *path)
    is_stated = any(fields.has(one, *path) for one in (sides.wanted, sides.known))
    if is_injected and found and is_stated and fields.has(sides.wanted, *path[:-1]):
        return replaced(sides.wanted, path, found)
    return sides.filled(*path)


def _is_injected(manifest: Manifest) -> bool:
    return any(fields.annotation(manifest, name) not in ("", "false") for name in _INJECTED)


_KINDS: Mapping[str, Callable[[_Sides], Manifest]] = {
    **dict.fromkeys(
        ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"),
        _templated("spec", "template", "spec"),
    ),
    "CronJob": _templated("spec", "jobTemplate", "spec", "template", "spec"),
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
