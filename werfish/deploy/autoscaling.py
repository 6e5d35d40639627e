"""Which workloads an autoscaler scales: how many replicas they have is not the chart's then.

The chart's own autoscalers are known; those of the cluster are asked for only where the number of
replicas that a chart states is not the live one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from werfish.deploy.changes import Live
from werfish.deploy.managers import has_applied
from werfish.deploy.owner import Owner, owner_of
from werfish.deploy.policies import Policies, policies_of
from werfish.deploy.recorded import NOTHING_RECORDED, Recorded, key_of
from werfish.kube import fields
from werfish.kube.cluster import Cluster
from werfish.kube.errors import ForbiddenError, NotFoundError, UnknownKindError
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId

AUTOSCALER = Gvk("autoscaling", "v2", "HorizontalPodAutoscaler")
_AUTOSCALERS = frozenset({"HorizontalPodAutoscaler", "ScaledObject"})
_DEFAULT = 1
"""The number of replicas where nobody states one."""

Target = tuple[str, str, str]
"""Kind, namespace and name."""


def scaled_policies(
    cluster: Cluster,
    resources: Sequence[Resource],
    live: Live,
    owner: Owner,
    recorded: Recorded = NOTHING_RECORDED,
) -> Mapping[ResourceId, Policies]:
    """Return the policies of those of *resources* whose number of replicas is an autoscaler's.

    A number that was *recorded* and left the chart is one too: without any the API makes it 1.
    """
    before = {key_of(one.id) for one in recorded.each() if _replicas(one.manifest) is not None}
    drifted = [
        one
        for one in resources
        if _has_drifted(one, live.get(one.id), was_stated=key_of(one.id) in before)
    ]
    own = targets_of(
        (one.manifest, one.id.namespace) for one in resources if one.id.gvk.kind in _AUTOSCALERS
    )
    unknown = {one.id.namespace for one in drifted if _target(one.id) not in own}
    stated = {one.id.name for one in resources if one.id.gvk.kind == AUTOSCALER.kind}
    targets = own | targets_of(
        (manifest, namespace)
        for namespace in sorted(unknown)
        for manifest in _listed(cluster, namespace)
        if owner_of(manifest) != owner or fields.name_of(manifest) in stated
    )
    return {
        one.id: replace(policies_of(one), keeps_replicas=True)
        for one in drifted
        if _target(one.id) in targets
    }


def targets_of(scalers: Iterable[tuple[Manifest, str]]) -> frozenset[Target]:
    """Return what autoscalers scale, each of which is given with its namespace."""
    found: set[Target] = set()
    for manifest, namespace in scalers:
        target = fields.table(manifest, "spec", "scaleTargetRef")
        kind = fields.text(target, "kind") or "Deployment"  # as KEDA reads it
        found.add((kind, namespace, fields.text(target, "name")))
    return frozenset(found)


def _target(id: ResourceId) -> Target:
    return id.gvk.kind, id.namespace, id.name


def _has_drifted(resource: Resource, live: Manifest | None, *, was_stated: bool) -> bool:
    if live is None:
        return False
    stated = _replicas(resource.manifest)
    if stated is None:
        is_ours = was_stated or has_applied(live, "spec", "replicas")
        stated = _DEFAULT if is_ours else _replicas(live)
    return bool(stated != _replicas(live))


def _replicas(manifest: Manifest) -> Any:
    return fields.value(manifest, "spec", "replicas")


def _listed(cluster: Cluster, namespace: str) -> tuple[Manifest, ...]:
    try:
        return cluster.list(AUTOSCALER, namespace).items
    except (ForbiddenError, NotFoundError, UnknownKindError):
        return ()
