"""Which rule judges which kind. Pure, and nothing that an object may hold makes it raise.

A rule sees the live object only. What a manifest itself asks to hold back (a paused Deployment,
a suspended Job) is ready as it stands: waiting for it would be waiting for a person.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from werfish.kube import fields
from werfish.kube.jsonpath import text_of
from werfish.kube.resource import Gvk, Manifest
from werfish.kube.status_rule import StatusRule
from werfish.kube.status_test import holds
from werfish.track.deletion import held_by, is_being_deleted
from werfish.track.kinds.apiservice import apiservice
from werfish.track.kinds.crd import crd
from werfish.track.kinds.cronjob import cronjob
from werfish.track.kinds.custom import custom
from werfish.track.kinds.daemonset import daemonset
from werfish.track.kinds.deployment import deployment
from werfish.track.kinds.hpa import hpa
from werfish.track.kinds.ingress import ingress
from werfish.track.kinds.job import is_cleaned_up, job
from werfish.track.kinds.namespace import namespace
from werfish.track.kinds.pdb import pdb
from werfish.track.kinds.pod import finishing_pod, pod
from werfish.track.kinds.pv import pv
from werfish.track.kinds.pvc import pvc
from werfish.track.kinds.replicaset import replicaset
from werfish.track.kinds.ruled import ruled
from werfish.track.kinds.service import service
from werfish.track.kinds.statefulset import statefulset
from werfish.track.known import KNOWN
from werfish.track.known_more import HELD
from werfish.track.verdict import NOT_OBSERVED, Readiness, is_outdated, ready, waiting

Rule = Callable[[Manifest], Readiness]

RULES: Mapping[tuple[str, str], Rule] = {
    ("apps", "Deployment"): deployment,
    ("apps", "StatefulSet"): statefulset,
    ("apps", "DaemonSet"): daemonset,
    ("apps", "ReplicaSet"): replicaset,
    ("", "ReplicationController"): replicaset,
    ("batch", "Job"): job,
    ("batch", "CronJob"): cronjob,
    ("", "Pod"): pod,
    ("", "PersistentVolumeClaim"): pvc,
    ("", "PersistentVolume"): pv,
    ("", "Service"): service,
    ("", "Namespace"): namespace,
    ("networking.k8s.io", "Ingress"): ingress,
    ("autoscaling", "HorizontalPodAutoscaler"): hpa,
    ("policy", "PodDisruptionBudget"): pdb,
    ("apiregistration.k8s.io", "APIService"): apiservice,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): crd,
}
"""The rules of built-in kinds, by group and kind; their others are ready when they are there."""

LIKE_BUILT_IN: Mapping[tuple[str, str], Rule] = {
    ("apps.kruise.io", "StatefulSet"): statefulset,
    ("apps.kruise.io", "DaemonSet"): daemonset,
}
"""Custom resources with the status of a built-in kind."""

BUILT_IN = frozenset(
    {"", "apps", "batch", "autoscaling", "policy", "extensions"}
    | {
        f"{name}.k8s.io"
        for name in [
            "networking",
            "rbac.authorization",
            "storage",
            "apiextensions",
            "apiregistration",
            "admissionregistration",
            "scheduling",
            "coordination",
            "node",
            "discovery",
            "events",
            "certificates",
            "flowcontrol.apiserver",
            "authentication",
            "authorization",
            "resource",
            "internal.apiserver",
            "storagemigration",
        ]
    }
)
"""Groups of Kubernetes itself: all others are of custom resources."""

_ENDING: Mapping[tuple[str, str], Rule] = {("", "Pod"): finishing_pod}
"""Rules for hooks, which are over when they have ended (Helm's rule)."""

_CLEANED_UP = ("batch", "Job")
_HOOK = "helm.sh/hook"
_HELD = {("apps", "Deployment"): ("paused",), ("batch", "Job"): ("suspend",)}
_HELD_CUSTOM = ("pause", "paused", "suspend", "suspended")
_STATIC = {("source.toolkit.fluxcd.io", "HelmRepository"): "oci"}
"""The ``spec.type`` of which nobody writes the status, though others of the kind have one."""


def readiness_of(
    gvk: Gvk,
    live: Manifest,
    stated: Manifest,
    rule: StatusRule | None = None,
    *,
    has_status: bool = False,
) -> Readiness:
    """Judge *live*, an object of the kind *gvk*, whose manifest in the chart is *stated*.

    *rule* is the project's own for it. *has_status* says that its schema has a status.
    """
    key, is_custom = (gvk.group, gvk.kind), gvk.group not in BUILT_IN
    if is_being_deleted(live) and not (key == _CLEANED_UP and is_cleaned_up(live)):
        return waiting(f"being deleted: {held_by(live)}".removesuffix(": being deleted"))
    held = _held(gvk, stated)
    if held:
        return ready(f"{held}, as its manifest says")
    if rule is None and fields.text(live, "spec", "type") == _STATIC.get(key):
        return ready("present")
    rule = rule or (_known(gvk, live) if is_custom else None)
    if rule is not None and (is_custom or rule.ready):
        return ruled(live, rule, has_status=has_status)
    if is_custom and key not in LIKE_BUILT_IN:
        return custom(live, has_status=has_status)
    return _built_in(key, live, stated)


def _held(gvk: Gvk, stated: Manifest) -> str:
    """Return what of its manifest tells the controller of an object to leave it alone."""
    usual = _HELD_CUSTOM if gvk.group not in BUILT_IN else _HELD.get((gvk.group, gvk.kind), ())
    of_spec = (f"{name}: true" for name in usual if fields.is_true(stated, "spec", name))
    told = (
        f"{path[-1]}: {value}"
        for group, path, value in HELD
        if group == gvk.group and text_of(fields.value(stated, *path)) == value
    )
    return next(chain(of_spec, told), "")


def _built_in(key: tuple[str, str], live: Manifest, stated: Manifest) -> Readiness:
    if key in _ENDING and fields.has(stated, "metadata", "annotations", _HOOK):
        return _ENDING[key](live)
    found = RULES.get(key) or LIKE_BUILT_IN.get(key)
    if found is None:
        return ready("present")
    return waiting(NOT_OBSERVED) if is_outdated(live) else found(live)


def _known(gvk: Gvk, live: Manifest) -> StatusRule | None:
    rules = (rule for rule in KNOWN if rule.is_for(gvk.group, gvk.kind))
    return next((rule for rule in rules if rule.when is None or holds(rule.when, live)), None)


def rule_for(gvk: Gvk, rules: Iterable[StatusRule]) -> StatusRule | None:
    """Return the first of *rules* that is for a kind."""
    return next((rule for rule in rules if rule.is_for(gvk.group, gvk.kind)), None)


def is_watched(gvk: Gvk, stated: Manifest, rule: StatusRule | None, *, is_silent: bool) -> bool:
    """Tell whether an object may become ready later than it exists.

    *is_silent*: its schema has no status, so that it never says anything. *rule* is the project's.
    """
    if rule is not None:
        return True
    if gvk.group not in BUILT_IN:
        return not is_silent
    if gvk.kind == "Service":
        return fields.text(stated, "spec", "type") == "LoadBalancer"
    return gvk.kind != "CronJob" and (gvk.group, gvk.kind) in RULES
