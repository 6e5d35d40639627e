"""Which kinds live in namespaces, and which a chart is about to define."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from werfish.deploy.recorded import Recorded, kind_key_of
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
        current = self._current(gvk)
        return self.is_namespaced(current) if self.is_served(current) else True

    def current(self, recorded: Recorded) -> Recorded:
        """Return what is *recorded* by the versions in which the cluster serves it now."""
        return Recorded(
            tuple(map(self._renamed, recorded.deployed)),
            tuple(tuple(map(self._renamed, one)) for one in recorded.attempts),
        )

    def _renamed(self, resource: Resource) -> Resource:
        gvk = self._current(resource.id.gvk)
        return (
            resource
            if gvk is resource.id.gvk
            else replace(resource, id=resource.id._replace(gvk=gvk))
        )

    def _current(self, gvk: Gvk) -> Gvk:
        """Return *gvk*, or the same kind as it is served now where that version has gone."""
        if gvk in self._served:
            return gvk
        return self._versions.get(kind_key_of(gvk), gvk)

    @cached_property
    def _served(self) -> frozenset[Gvk]:
        return frozenset(one.gvk for one in self._cluster.api_resources())

    @cached_property
    def _versions(self) -> Mapping[tuple[str, str], Gvk]:
        return {kind_key_of(gvk): gvk for gvk in sorted(self._served, reverse=True)}

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
