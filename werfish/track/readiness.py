"""Which rule judges which kind. Pure.

A rule sees the live object only. What a manifest itself asks to hold back (a paused Deployment,
a suspended Job) is ready as it stands: waiting for it would be waiting for a person.
"""

from collections.abc import Callable, Mapping

from werfish.kube.resource import Gvk, Manifest
from werfish.track.kinds.crd import crd
from werfish.track.kinds.daemonset import daemonset
from werfish.track.kinds.deployment import deployment
from werfish.track.kinds.generic import generic
from werfish.track.kinds.job import job
from werfish.track.kinds.pod import finishing_pod, pod
from werfish.track.kinds.statefulset import statefulset
from werfish.track.verdict import Readiness, ready, waiting

Rule = Callable[[Manifest], Readiness]

RULES: Mapping[tuple[str, str], Rule] = {
    ("apps", "Deployment"): deployment,
    ("apps", "StatefulSet"): statefulset,
    ("apps", "DaemonSet"): daemonset,
    ("batch", "Job"): job,
    ("", "Pod"): pod,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): crd,
}
"""The rule of each kind that is watched, by group and kind; all others are `generic`."""

_ENDING: Mapping[tuple[str, str], Rule] = {("", "Pod"): finishing_pod}
"""Rules for hooks, which are over when they have ended (Helm's rule)."""

_HOOK = "helm.sh/hook"
_HELD = {("apps", "Deployment"): "paused", ("batch", "Job"): "suspend"}


def readiness_of(gvk: Gvk, live: Manifest, stated: Manifest) -> Readiness:
    """Judge *live*, an object of the kind *gvk*, whose manifest in the chart is *stated*."""
    if live["metadata"].get("deletionTimestamp"):
        return waiting("being deleted")
    key = (gvk.group, gvk.kind)
    held = _HELD.get(key, "")
    if held and (stated.get("spec") or {}).get(held) is True:
        return ready(f"{held}: true, as its manifest says")
    if key in _ENDING and _HOOK in ((stated.get("metadata") or {}).get("annotations") or {}):
        return _ENDING[key](live)
    return RULES.get(key, generic)(live)


def is_watched(gvk: Gvk) -> bool:
    """Tell whether objects of this kind become ready later than they exist."""
    return (gvk.group, gvk.kind) in RULES
