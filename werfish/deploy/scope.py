"""Which kinds live in namespaces, and which a chart is about to define."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werfish.kube.cluster import Cluster
from werfish.kube.errors import UnknownKindError
from werfish.kube.resource import Gvk, Resource, ResourceId

CRD = "CustomResourceDefinition"
MOMENTS = 150


class Scopes:
    """What the cluster says about kinds."""

    def __init__(self, cluster: Cluster) -> None:
        """Ask *cluster*."""
        self._cluster = cluster

    def is_namespaced(self, gvk: Gvk) -> bool:
        """Tell whether objects of a kind live in namespaces; `UnknownKindError` for none."""
        return self._cluster.api_resource(gvk).namespaced

    def was_namespaced(self, gvk: Gvk) -> bool:
        """Tell the same of a recorded object, whose kind the cluster may have lost since."""
        return self.is_namespaced(gvk) if self.is_served(gvk) else True

    def is_served(self, gvk: Gvk) -> bool:
        """Tell whether the cluster knows a kind."""
        try:
            self._cluster.api_resource(gvk)
        except UnknownKindError:
            return False
        return True


def wait_served(cluster: Cluster, gvk: Gvk, pause: Callable[[], None]) -> None:
    """Return when *cluster* serves a kind that was just defined; nothing tells, so it is asked.

    *pause* returns after a moment. `UnknownKindError` after many moments.
    """
    for _ in range(MOMENTS):
        if Scopes(cluster).is_served(gvk):
            return
        pause()
    cluster.api_resource(gvk)


def is_crd(id: ResourceId) -> bool:
    """Tell whether *id* is a definition of kinds."""
    return id.gvk.kind == CRD


def defined_kinds(resources: Iterable[Resource]) -> frozenset[Gvk]:
    """Return the kinds that the CRDs among *resources* define."""
    found: set[Gvk] = set()
    for resource in resources:
        if is_crd(resource.id):
            spec: Mapping[str, Any] = resource.manifest.get("spec") or {}
            kind = (spec.get("names") or {}).get("kind") or ""
            versions = spec.get("versions") or ()
            group = str(spec.get("group"))
            found |= {Gvk(group, v["name"], kind) for v in versions if v.get("served")}
    return frozenset(found)
