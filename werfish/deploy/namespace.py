"""The namespace of a release: made when it is not there, waited for when it is going."""

from collections.abc import Callable, Mapping

from werfish.errors import DeployError
from werfish.kube.cluster import Cluster
from werfish.kube.errors import AlreadyExistsError, ForbiddenError, NotFoundError
from werfish.kube.fields import uid_of
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.log import Log

NAMESPACE = Gvk("", "v1", "Namespace")
PROTECTED = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that are the cluster's own."""

WaitGone = Callable[[Mapping[ResourceId, str]], None]


def namespace_id(name: str) -> ResourceId:
    """Return the id of a namespace."""
    return ResourceId(NAMESPACE, "", name)


def find_namespace(cluster: Cluster, name: str) -> Manifest | None:
    """Return the namespace, ``None`` where it is not there.

    A role that may not look at namespaces gives a manifest without content: it may be there.
    """
    try:
        return cluster.get(namespace_id(name))
    except NotFoundError:
        return None
    except ForbiddenError:
        return {"metadata": {"name": name}}


def is_going(namespace: Manifest) -> bool:
    """Tell whether a namespace is being deleted."""
    return bool(namespace["metadata"].get("deletionTimestamp"))


def ensure_namespace(cluster: Cluster, name: str, *, log: Log, wait_gone: WaitGone) -> None:
    """Make the namespace *name* unless it is there; one that is being deleted is waited for."""
    found = find_namespace(cluster, name)
    if found is not None and is_going(found):
        log.info(f'namespace "{name}" is being deleted; waiting until it is gone')
        wait_gone({namespace_id(name): uid_of(found)})
        found = None
    if found is None:
        _create(cluster, name, log)


def delete_namespace(cluster: Cluster, name: str, *, dry_run: bool = False) -> None:
    """Begin to delete the namespace *name*; the cluster's own are refused.

    A *dry_run* only raises what that would.
    """
    if name in PROTECTED:
        raise DeployError(
            f'delete namespace "{name}": it belongs to the cluster',
            hint="leave out --with-namespace",
        )
    try:
        cluster.delete(namespace_id(name), dry_run=dry_run)
    except NotFoundError:
        return


def _create(cluster: Cluster, name: str, log: Log) -> None:
    try:
        cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    except AlreadyExistsError:
        return
    log.info(f'namespace "{name}" created')
