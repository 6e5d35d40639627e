"""Take a Lease, keep it by renewing it, and let go of it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from werfish.errors import WerfishError
from werfish.kube.errors import ConflictError, ForbiddenError, NotFoundError, UnreachableError
from werfish.kube.resource import Manifest, ResourceId
from werfish.locks.lease import Kind, Locking, Watched, id_of, new_lease, renewed_lease, taken_lease

_TRIES = 3


class Leases(Protocol):
    """The part of a cluster that leases need."""

    def get(self, id: ResourceId) -> Manifest:
        """Return an object."""
        ...

    def create(self, manifest: Manifest) -> Manifest:
        """Create an object."""
        ...

    def replace(self, manifest: Manifest) -> Manifest:
        """Replace an object of that resourceVersion."""
        ...

    def delete(self, id: ResourceId, *, uid: str = "", resource_version: str = "") -> None:
        """Delete that very object."""
        ...


class HeldError(WerfishError):
    """A holder that is alive does not let go of a Lease."""

    def __init__(self, title: str, holder: str, seconds: float) -> None:
        """Name the lock, who holds it, and how long we waited."""
        super().__init__(
            f'lock {title}: "{holder}" has held it for {seconds:g} s',
            hint="wait for the other run to end; a run that died frees its lock by itself",
        )
        self.holder = holder


class Hold:
    """A Lease that is held; *on_lost* is called, in another thread, where it is lost."""

    def __init__(
        self,
        cluster: Leases,
        lease: Manifest,
        by: Locking,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin to renew *lease*."""
        self._cluster = cluster
        self._by = by
        self._lease = lease
        self._on_lost = on_lost
        self._stop = threading.Event()
        self._lost = threading.Event()
        self._renewed = by.clock()
        self._thread = threading.Thread(target=self._renew, name="renew lease", daemon=True)
        self._thread.start()

    @property
    def is_lost(self) -> bool:
        """Whether somebody else may hold it by now."""
        return self._lost.is_set()

    @property
    def lease(self) -> Manifest:
        """The Lease as the cluster answered last."""
        return self._lease

    def end(self) -> None:
        """Stop renewing, and remove the Lease if it is still ours."""
        self._stop.set()
        self._thread.join(timeout=5)
        if self.is_lost:
            return
        with suppress(WerfishError):  # it ends by itself
            self._remove()

    def _remove(self) -> None:
        lease: Manifest | None = self._lease
        for _ in range(_TRIES):
            if lease is None or not self._is_ours(lease):
                return
            id, metadata = id_of(lease), lease["metadata"]
            version = metadata["resourceVersion"]
            try:
                self._cluster.delete(id, uid=metadata["uid"], resource_version=version)
            except (NotFoundError, ForbiddenError, UnreachableError):  # once more is no better
                return
            except WerfishError:  # of a moment; or a renewal of our own, whose answer was lost
                lease = _find(self._cluster, id)
            else:
                return

    def _renew(self) -> None:
        while not self._stop.wait(self._by.duration / 3):
            if not self._is_renewed():
                self._lost.set()
                self._on_lost()
                return

    def _is_renewed(self) -> bool:
        try:
            lease = self._renewed_lease()
        except WerfishError:
            return self._by.clock() - self._renewed <= self._by.duration
        if lease is None:
            return False
        self._lease, self._renewed = lease, self._by.clock()
        return True

    def _renewed_lease(self) -> Manifest | None:
        """Renew the Lease and return it, None where it is no longer ours."""
        try:
            return self._cluster.replace(renewed_lease(self._lease, self._by))
        except NotFoundError:
            return None
        except ConflictError:  # with a renewal of our own, perhaps, whose answer was lost
            lease = _find(self._cluster, id_of(self._lease))
            return lease if lease is not None and self._is_ours(lease) else None

    def _is_ours(self, lease: Manifest) -> bool:
        return (lease.get("spec") or {}).get("holderIdentity") == self._by.holder


def acquired(cluster: Leases, id: ResourceId, kind: Kind, by: Locking) -> Manifest:
    """Return the Lease *id*, ours; `HeldError` where a living holder keeps it too long."""
    waiting = _Waiting(kind, by)
    lease = None
    while True:
        try:
            if lease is None:
                return cluster.create(new_lease(id, kind, by))
            if not waiting.is_free(lease):
                waiting.wait(id, lease)
            elif taken := _taken_over(cluster, lease, by):
                return taken
        except ConflictError:  # another one was faster
            pass
        lease = _find(cluster, id)


class _Waiting(Watched):
    def __init__(self, kind: Kind, by: Locking) -> None:
        super().__init__(by)
        self._title = kind.title
        self._began = by.clock()
        self._is_told = False

    def wait(self, id: ResourceId, lease: Manifest) -> None:
        """Return when *lease* changed or became free."""
        holder = lease["spec"]["holderIdentity"]
        waited = self._by.clock() - self._began
        if waited >= self._by.patience:
            raise HeldError(self._title, holder, waited)
        if not self._is_told:
            self._is_told = True
            self._by.log.info(f'waiting for {id}, which "{holder}" holds: {self._title}')
        seconds = min(self.left(lease), self._by.patience - waited)
        self._by.wait_change(id, lease["metadata"]["resourceVersion"], seconds)


def _taken_over(cluster: Leases, lease: Manifest, by: Locking) -> Manifest | None:
    """Return *lease*, ours from now on; ``None`` where somebody has removed it meanwhile."""
    try:
        return cluster.replace(taken_lease(lease, by))
    except NotFoundError:
        return None


def _find(cluster: Leases, id: ResourceId) -> Manifest | None:
    try:
        return cluster.get(id)
    except NotFoundError:
        return None
