"""What lives in a namespace, and what of it is not of a release. Pure but for the reading.

The cluster's own objects do not count, nor does what an object made for itself: its owner is
there too, and is judged.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass
from werfish.deploy.owner import SELECTOR, Owner, annotations_of, owner_of
from werfish.deploy.parallel import in_parallel
from werfish.deploy.policies import stays
from werfish.deploy.recorded import key_of
from werfish.errors import DeployError
from werfish.kube.cluster import ApiResource, Cluster
from werfish.kube.errors import ApiError, ForbiddenError, NotFoundError
from werfish.kube.resource import Gvk, Manifest, Resource, ResourceId
from werfish.releases.lease import PREFIX
from werfish.releases.records import PREFIX as RECORDS

_DERIVED = frozenset({"Event", "Endpoints", "EndpointSlice"})
_NEEDED = frozenset({"list", "delete"})


class NamespaceInUseError(DeployError):
    """A namespace holds objects that are not of the release that is dismissed."""

    def __init__(self, namespace: str, foreign: Sequence[ResourceId]) -> None:
        """Name every object that would be lost."""
        lines = "\n".join(f"  {id}" for id in sorted(foreign))
        super().__init__(
            f'delete namespace "{namespace}": it holds objects that are not of this release'
            f"\n{lines}",
            hint="dismiss without --with-namespace, or delete them too with --force",
        )
        self.foreign = tuple(foreign)


@dataclass(frozen=True, slots=True)
class Found:
    """An object that lives in the cluster."""

    id: ResourceId
    manifest: Manifest = field(hash=False)


def contents_of(cluster: Cluster, namespace: str) -> tuple[Found, ...]:
    """Return every object in *namespace* that one can list and delete."""
    kinds = [kind for kind in _kinds(cluster) if kind.namespaced]
    return _listed(cluster, kinds, namespace, "")


def owned_objects(cluster: Cluster, owner: Owner) -> tuple[Found, ...]:
    """Return every object that says that it belongs to *owner*: in its namespace or cluster-wide.

    Objects in other namespaces are known from records only. What a controller made is not among
    them, though it may have copied the marks of its maker: a ReplicaSet goes with its Deployment.
    """
    everything = _kinds(cluster)
    inside = [kind for kind in everything if kind.namespaced]
    outside = [kind for kind in everything if not kind.namespaced]
    found = _listed(cluster, inside, owner.namespace, SELECTOR)
    found += _listed(cluster, outside, "", SELECTOR)
    return tuple(one for one in found if owner_of(one.manifest) == owner and not _is_made(one))


def foreign_objects(
    contents: Iterable[Found], owner: Owner, recorded: Iterable[Resource]
) -> tuple[ResourceId, ...]:
    """Return what of *contents* is neither *owner*'s nor the cluster's own.

    *recorded* are the objects of the release's records, hooks included. What must be kept counts
    as foreign, since it would be lost.
    """
    known = tuple(recorded)
    ids = {key_of(resource.id) for resource in known}
    claims = [pattern for resource in known for pattern in _claims(resource)]

    def is_foreign(one: Found) -> bool:
        if stays(one.manifest):
            return True
        if key_of(one.id) in ids or owner_of(one.manifest) == owner:
            return False
        is_claim = one.id.gvk.kind == "PersistentVolumeClaim" and any(
            re.fullmatch(pattern, one.id.name) for pattern in claims
        )
        return not (is_claim or _is_ours(one, owner.release) or _is_clusters(one))

    return tuple(one.id for one in contents if is_foreign(one))


def _kinds(cluster: Cluster) -> list[ApiResource]:
    """Return the kinds whose objects are somebody's, each in one of its versions."""
    found: dict[tuple[str, str], ApiResource] = {}
    for kind in cluster.api_resources():
        if kind.verbs >= _NEEDED:
            found.setdefault((kind.gvk.group, kind.plural), kind)
    return list(found.values())


def _listed(
    cluster: Cluster, kinds: Sequence[ApiResource], namespace: str, labels: str
) -> tuple[Found, ...]:
    lists = in_parallel(lambda kind: _list(cluster, kind.gvk, namespace, labels), kinds)
    return tuple(found for listed in lists for found in listed)


def _list(cluster: Cluster, gvk: Gvk, namespace: str, labels: str) -> list[Found]:
    try:
        items = cluster.list(gvk, namespace, labels=labels).items
    except (ForbiddenError, NotFoundError):
        return []
    except ApiError as error:
        if error.status == 405:
            return []
        raise
    return [Found(ResourceId(gvk, namespace, item["metadata"]["name"]), item) for item in items]


def _is_made(one: Found) -> bool:
    return any(ref.get("controller") for ref in one.manifest["metadata"].get("ownerReferences", ()))


def _is_clusters(one: Found) -> bool:
    """Tell whether the cluster made an object by itself, or another object did."""
    metadata = one.manifest["metadata"]
    kind, name = one.id.gvk.kind, one.id.name
    if metadata.get("ownerReferences") or kind in _DERIVED:
        return True
    if (kind, name) in {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}:
        return True
    account = annotations_of(one.manifest).get("kubernetes.io/service-account.name")
    return kind == "Secret" and account is not None


def _is_ours(one: Found, release: str) -> bool:
    """Tell whether an object is a record or the Lease of *release*."""
    if one.id.gvk.kind == "Lease":
        return one.id.name == PREFIX + release
    labels = one.manifest["metadata"].get("labels") or {}
    is_record = one.id.name.startswith(RECORDS) and labels.get("owner") == "helm"
    return is_record and labels.get("name") == release


def _claims(resource: Resource) -> list[str]:
    """Return patterns of the names of the claims that a StatefulSet makes for its pods."""
    if resource.id.gvk.kind != "StatefulSet":
        return []
    spec: Any = resource.manifest.get("spec") or {}
    names = [
        (template.get("metadata") or {}).get("name") or ""
        for template in spec.get("volumeClaimTemplates") or ()
    ]
    return [rf"{re.escape(name)}-{re.escape(resource.id.name)}-\d+" for name in names]
