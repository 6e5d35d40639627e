"""What is live of the objects that matter, in as few requests as possible.

One LIST of Helm's objects for a kind and namespace of which several are wanted; a GET for each
that such a list does not have, and where listing is not allowed. Where a list lacks several, the
names of all objects tell which of those are there at all: of a new release none is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from werfish.deploy.owner import SELECTOR
from werfish.deploy.parallel import in_parallel
from werfish.errors import DeployError
from werfish.kube.cluster import Cluster
from werfish.kube.errors import ForbiddenError, NotFoundError, UnknownKindError
from werfish.kube.resource import Gvk, Manifest, ResourceId

FEW = 3
"""So many objects of a kind are fetched one by one."""
GETS_A_PAGE = 50
"""So many objects may be fetched in the time of one more page of names."""

Group = tuple[Gvk, str]
"""A kind and a namespace."""

Listed = Mapping[Group, Mapping[ResourceId, Manifest]]
"""Helm's objects of groups, as a moment ago."""

NO_RECORDS = "type!=helm.sh/release.v1"


def live_of(
    cluster: Cluster,
    ids: Iterable[ResourceId],
    *,
    coming: frozenset[Gvk] = frozenset(),
    listed: Listed = MappingProxyType({}),
) -> dict[ResourceId, Manifest]:
    """Return the live objects among *ids*.

    Kinds in *coming* may be unknown to the cluster as yet; any other unknown kind is an error.
    What is *listed* is not listed again.
    """
    wanted = frozenset(ids)
    served = {gvk for gvk in {id.gvk for id in wanted} if _is_served(cluster, gvk, coming)}
    groups: defaultdict[Group, list[ResourceId]] = defaultdict(list)
    for id in sorted(wanted):
        if id.gvk in served:
            groups[id.gvk, id.namespace].append(id)
    large = [group for group, members in groups.items() if len(members) > FEW]
    known = {group: listed[group] for group in large if group in listed}
    known |= list_groups(cluster, [group for group in large if group not in known])
    found = {id: live for objects in known.values() for id, live in objects.items()}
    lacking = {
        group: [id for id in members if id not in found] for group, members in groups.items()
    }
    rest = _there(cluster, lacking)
    fetched = in_parallel(lambda id: _get(cluster, id), rest)
    found |= {id: live for id, live in zip(rest, fetched, strict=True) if live is not None}
    return {id: live for id, live in found.items() if id in wanted}


def left_of(cluster: Cluster, going: Mapping[ResourceId, str]) -> dict[ResourceId, str]:
    """Return what of *going*, deleted objects with their uids, may still be there.

    Most objects go at once: to follow all of their kind would read what others have of it.
    """
    groups: defaultdict[Group, list[ResourceId]] = defaultdict(list)
    for id in sorted(going):
        groups[id.gvk, id.namespace].append(id)
    try:
        rest = _there(cluster, groups)
        is_left = in_parallel(lambda id: _get(cluster, id) is not None, rest)
    except DeployError:  # whoever waits knows which of these pass, and what they mean
        return dict(going)
    return {id: going[id] for id, found in zip(rest, is_left, strict=True) if found}


def _is_served(cluster: Cluster, gvk: Gvk, coming: frozenset[Gvk]) -> bool:
    try:
        cluster.api_resource(gvk)
    except UnknownKindError:
        if gvk not in coming:
            raise
        return False
    return True


def list_groups(
    cluster: Cluster, groups: Sequence[Group]
) -> dict[Group, Mapping[ResourceId, Manifest]]:
    """List Helm's objects of *groups*; of one that may not be listed there are none."""
    lists = in_parallel(lambda group: _list(cluster, group), groups)
    return dict(zip(groups, lists, strict=True))


def _list(cluster: Cluster, group: Group) -> Mapping[ResourceId, Manifest]:
    gvk, namespace = group
    try:
        listing = cluster.list(gvk, namespace, labels=SELECTOR, fields=_fields_of(gvk))
    except ForbiddenError:
        return {}
    return {ResourceId(gvk, namespace, item["metadata"]["name"]): item for item in listing.items}


def _there(cluster: Cluster, groups: Mapping[Group, list[ResourceId]]) -> list[ResourceId]:
    """Return the objects of *groups* that may be there."""

    def names(group: Group) -> frozenset[str] | None:
        gvk, namespace = group
        count = len(groups[group])
        if count <= FEW:
            return None
        try:
            pages = 1 + count // GETS_A_PAGE
            return cluster.names(gvk, namespace, fields=_fields_of(gvk), pages=pages)
        except ForbiddenError:
            return None

    known = zip(groups.values(), in_parallel(names, groups), strict=True)
    return [id for ids, found in known for id in ids if found is None or id.name in found]


def _fields_of(gvk: Gvk) -> str:
    return NO_RECORDS if gvk == Gvk("", "v1", "Secret") else ""


def _get(cluster: Cluster, id: ResourceId) -> Manifest | None:
    try:
        return cluster.get(id)
    except NotFoundError:
        return None
