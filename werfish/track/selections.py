"""Which objects must be watched for which resources. Pure.

One watch a kind and namespace for the whole release. Where few workloads are followed their
selectors narrow it down, so that a crowded namespace costs nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from werfish.kube.resource import Gvk, Resource
from werfish.track.feed import Selection

POD = Gvk("", "v1", "Pod")
REPLICA_SET = Gvk("apps", "v1", "ReplicaSet")
EVENT = Gvk("", "v1", "Event")
NARROW = 3
"""Up to this many workloads of a namespace have a watch of their own for their pods."""


OWNERS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"}
)
"""Kinds whose pods are looked at."""


def selections_of(resources: Sequence[Resource]) -> tuple[Selection, ...]:
    """Return the watches for *resources*: themselves, their ReplicaSets and their pods."""
    groups: dict[tuple[Gvk, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        groups[resource.id.gvk, resource.id.namespace].append(resource)
    found = [
        Selection(gvk, namespace, fields=_name_of(members))
        for (gvk, namespace), members in groups.items()
    ]
    workloads: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        if resource.id.gvk.kind in OWNERS:
            workloads[resource.id.namespace].append(resource)
    for namespace, members in workloads.items():
        found += _dependents(POD, namespace, members)
        deployments = [one for one in members if one.id.gvk.kind == "Deployment"]
        found += _dependents(REPLICA_SET, namespace, deployments)
    return tuple(dict.fromkeys(found))


def warnings_in(namespace: str) -> Selection:
    """Return the watch for all warnings of a namespace."""
    return Selection(EVENT, namespace, fields="type=Warning")


def events_in(namespace: str) -> Selection:
    """Return the watch for all events of a namespace."""
    return Selection(EVENT, namespace)


def claims_in(namespace: str) -> Selection:
    """Return the watch for what is said of claims for volumes, of which much is no warning."""
    return Selection(EVENT, namespace, fields="involvedObject.kind=PersistentVolumeClaim")


def _dependents(gvk: Gvk, namespace: str, owners: Sequence[Resource]) -> Iterator[Selection]:
    selectors = [_selector(owner) for owner in owners]
    if len(owners) > NARROW or not all(selectors):
        yield Selection(gvk, namespace)
        return
    for selector in selectors:
        yield Selection(gvk, namespace, labels=selector)


def _selector(owner: Resource) -> str:
    """Return the label selector of the owner's pods, empty where it is not that simple."""
    if owner.id.gvk.kind == "Job":
        return f"job-name={owner.id.name}"
    selector: Mapping[str, object] = (owner.manifest.get("spec") or {}).get("selector") or {}
    if owner.id.gvk.kind == "ReplicationController":
        selector = {"matchLabels": selector}
    labels = selector.get("matchLabels")
    if not labels or not isinstance(labels, Mapping) or selector.get("matchExpressions"):
        return ""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _name_of(members: Sequence[Resource]) -> str:
    return f"metadata.name={members[0].id.name}" if len(members) == 1 else ""
