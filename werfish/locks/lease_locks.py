"""Locks among machines: one Lease of a cluster for each name, there only while it is held.

Laws: only who holds the lock of this host asks the cluster, and nothing is asked before the first
lock. What goes wrong with a Lease is a warning: the work that it would have saved is done twice.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.errors import WerfishError
from werfish.kube.cluster import Listing
from werfish.kube.errors import AlreadyExistsError, NotFoundError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.locks.hold import HeldError, Hold, Leases, acquired
from werfish.locks.lease import LEASE, Kind, Locking
from werfish.locks.left import LABEL, LABEL_VALUE, SELECTOR, left_leases
from werfish.locks.lock import Locks
from werfish.log import Log

PREFIX = "werfish-lock-"
NAME = "io.werfish.lock-name"
"""The annotation with the lock's own name; the Lease's name is made of its digest."""


class LockCluster(Leases, Protocol):
    """The part of a cluster that locks need."""

    def list(self, gvk: Gvk, namespace: str = "", *, labels: str = "") -> Listing:
        """Return all objects of a kind."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """A cluster that was reached, and how Leases are taken in it."""

    cluster: LockCluster
    by: Locking


class LeaseLocks:
    """Named locks as Leases of *namespace*, which is made where it is missing."""

    def __init__(
        self, connect: Callable[[], Access], namespace: str, host: Locks, log: Log
    ) -> None:
        """Ask nothing yet; *host* are the locks of this host, taken before those of the cluster."""
        self._connect = connect
        self._namespace = namespace
        self._host = host
        self._log = log
        self._guard = threading.Lock()
        self._access: Access | None = None
        self._has_failed = False
        self._last: Manifest | None = None

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Wait for the lock *name* and hold it; where the cluster fails, that of this host only."""
        with self._host.held(name):
            hold = self._hold(name)
            try:
                yield
            finally:
                if hold is not None:
                    hold.end()
                    self._last = hold.lease

    def close(self) -> None:
        """Remove the Leases of who died without letting go, if there was a lock at all."""
        access, last = self._access, self._last
        if access is None or last is None or self._has_failed:
            return
        try:
            found = access.cluster.list(LEASE, self._namespace, labels=SELECTOR).items
        except WerfishError as error:
            self._log.detail(f"locks of the dead are left in the cluster: {error}")
            return
        for left in left_leases(found, last, access.by.is_dead):
            try:
                access.cluster.delete(left.id, uid=left.uid, resource_version=left.version)
            except WerfishError as error:  # somebody is faster, or it is in use again
                self._log.detail(f"{left.id} stays: {error}")

    def _hold(self, name: str) -> Hold | None:
        if self._has_failed:
            return None
        try:
            access = self._reached()
            lease = self._acquired(lease_id(self._namespace, name), kind_of(name), access)
        except HeldError as error:
            self._log.warning(f"{error}; going on without it, work may be done twice")
            return None
        except WerfishError as error:
            self._fail(error)
            return None
        return Hold(access.cluster, lease, access.by, lambda: self._lose(name))

    def _reached(self) -> Access:
        with self._guard:
            if self._access is None:
                self._access = self._connect()
            return self._access

    def _acquired(self, id: ResourceId, kind: Kind, access: Access) -> Manifest:
        try:
            return acquired(access.cluster, id, kind, access.by)
        except NotFoundError:
            self._make_namespace(access.cluster)
            return acquired(access.cluster, id, kind, access.by)

    def _make_namespace(self, cluster: LockCluster) -> None:
        metadata = {"name": self._namespace}
        try:
            cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        except AlreadyExistsError:
            return

    def _fail(self, error: WerfishError) -> None:
        with self._guard:
            if self._has_failed:
                return
            self._has_failed = True
        self._log.warning(
            f"no locks are shared with other machines, work may be done twice: {error}"
        )

    def _lose(self, name: str) -> None:
        self._log.warning(
            f'hold the lock "{name}": it was lost, the cluster could not be reached in time;'
            " going on without it, work may be done twice"
        )


def lease_id(namespace: str, name: str) -> ResourceId:
    """Return the id of the Lease that stands for the lock *name*."""
    digest = sha256(name.encode()).hexdigest()
    return ResourceId(LEASE, namespace, PREFIX + digest[:40])


def kind_of(name: str) -> Kind:
    """Return what the Lease of the lock *name* is called."""
    return Kind(f'"{name}"', ((LABEL, LABEL_VALUE),), ((NAME, name),))
