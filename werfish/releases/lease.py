"""A Lease that keeps two runs from working on one release at once.

It only saves work: what really fences two deploys is the creation of the next record. A holder
that died is known by its silence: the Lease is free when its renewTime has not moved for its
whole duration on *our* clock, so clocks need not agree. Where the holder ran on this machine, the
kernel tells at once.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from werfish.errors import ReleaseError, WerfishError
from werfish.kube.errors import ConflictError, ForbiddenError, NotFoundError
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.log import Log
from werfish.releases.process_mark import is_dead

LEASE = Gvk("coordination.k8s.io", "v1", "Lease")
DURATION = 15
PREFIX = "werfish-"
PROCESS = "io.werfish.process"


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


class LeaseBusyError(ReleaseError):
    """Another run works on the release, and goes on doing so."""

    def __init__(self, release: str, holder: str, seconds: float) -> None:
        """Name the release, who holds it, and how long we waited."""
        super().__init__(
            f'lock release "{release}": "{holder}" has held it for {seconds:g} s',
            hint="wait for the other run to end; a run that died frees its lock by itself",
        )
        self.holder = holder


class LeaseLostError(ReleaseError):
    """Our own Lease was taken over: we were not heard of for too long."""

    def __init__(self, release: str) -> None:
        """Name the release."""
        super().__init__(
            f'hold the lock of release "{release}": it was lost',
            hint="the cluster could not be reached for a while; run the command again",
        )


@dataclass(frozen=True, slots=True)
class Locking:
    """What taking a Lease needs besides the cluster.

    *clock* is monotonic, *now* returns seconds since 1970. *wait_change* returns when an object
    is no longer of the given resourceVersion, or after so many seconds. *process* marks this
    process, and *is_dead* tells whether the one of another mark is known to have ended.
    """

    holder: str
    clock: Callable[[], float]
    now: Callable[[], float]
    wait_change: Callable[[ResourceId, str, float], None]
    log: Log
    patience: float = 1800.0
    duration: int = DURATION
    process: str = ""
    is_dead: Callable[[str], bool] = is_dead


class Hold:
    """A Lease that is held, or that could not be had for want of a role (*lease* is ``None``)."""

    def __init__(self, cluster: Leases, release: str, lease: Manifest | None, by: Locking) -> None:
        """Begin to renew the Lease."""
        self._cluster = cluster
        self._release = release
        self._by = by
        self._lease = lease
        self._stop = threading.Event()
        self._lost = False
        self._renewed = by.clock()
        self._thread = threading.Thread(target=self._renew, name="renew lease", daemon=True)
        if lease is not None:
            self._thread.start()

    @property
    def is_real(self) -> bool:
        """Whether there is a Lease at all."""
        return self._lease is not None

    def check(self) -> None:
        """Raise `LeaseLostError` if somebody else may work on the release by now."""
        if self._lost:
            raise LeaseLostError(self._release)

    def end(self) -> None:
        """Stop renewing, and remove the Lease if it is still ours."""
        self._stop.set()
        if self._lease is None:
            return
        self._thread.join(timeout=5)
        if self._lost:
            return
        metadata = self._lease["metadata"]
        id = ResourceId(LEASE, metadata["namespace"], metadata["name"])
        try:
            version = metadata["resourceVersion"]
            self._cluster.delete(id, uid=metadata["uid"], resource_version=version)
        except WerfishError:  # it ends by itself
            return

    def _renew(self) -> None:
        while not self._stop.wait(self._by.duration / 3):
            try:
                self._lease = self._cluster.replace(_renewed(self._lease or {}, self._by))
                self._renewed = self._by.clock()
            except (ConflictError, NotFoundError):
                self._lost = True
            except WerfishError:
                self._lost = self._by.clock() - self._renewed > self._by.duration
            if self._lost:
                return


@contextmanager
def held(cluster: Leases, namespace: str, release: str, by: Locking) -> Iterator[Hold]:
    """Hold the Lease of a release; `LeaseBusyError` where another run does not let go of it."""
    hold = Hold(cluster, release, _acquired(cluster, namespace, release, by), by)
    try:
        yield hold
    finally:
        hold.end()


def _acquired(cluster: Leases, namespace: str, release: str, by: Locking) -> Manifest | None:
    id = ResourceId(LEASE, namespace, PREFIX + release)
    waiting = _Waiting(release, by)
    while True:
        try:
            lease = _find(cluster, id)
            if lease is None:
                return cluster.create(_new(id, by))
            if waiting.is_free(lease):
                return cluster.replace(_taken(lease, by))
        except ConflictError:
            continue
        except ForbiddenError as error:
            by.log.warning(f"two deploys at once are not kept apart: {error}")
            return None
        waiting.wait(id, lease)


class _Waiting:
    """For how long a Lease has been seen as it is."""

    def __init__(self, release: str, by: Locking) -> None:
        self._release = release
        self._by = by
        self._began = self._since = by.clock()
        self._seen: object = None
        self._is_told = False

    def is_free(self, lease: Manifest) -> bool:
        spec = lease.get("spec") or {}
        if spec.get("holderIdentity") in {None, "", self._by.holder}:
            return True
        if self._by.is_dead(_annotations(lease).get(PROCESS) or ""):
            return True
        seen = (spec["holderIdentity"], spec.get("renewTime"))
        if seen != self._seen:
            self._seen, self._since = seen, self._by.clock()
        return self._left(spec) <= 0

    def wait(self, id: ResourceId, lease: Manifest) -> None:
        spec = lease["spec"]
        waited = self._by.clock() - self._began
        if waited >= self._by.patience:
            raise LeaseBusyError(self._release, spec["holderIdentity"], waited)
        if not self._is_told:
            self._is_told = True
            self._by.log.info(f'waiting for {id}, which "{spec["holderIdentity"]}" holds')
        seconds = min(self._left(spec), self._by.patience - waited)
        self._by.wait_change(id, lease["metadata"]["resourceVersion"], seconds)

    def _left(self, spec: Mapping[str, Any]) -> float:
        duration = spec.get("leaseDurationSeconds") or DURATION
        return float(self._since + duration - self._by.clock())


def _find(cluster: Leases, id: ResourceId) -> Manifest | None:
    try:
        return cluster.get(id)
    except NotFoundError:
        return None


def _new(id: ResourceId, by: Locking) -> Manifest:
    return {
        "apiVersion": LEASE.api_version,
        "kind": LEASE.kind,
        "metadata": {
            "name": id.name,
            "namespace": id.namespace,
            "labels": {"app.kubernetes.io/managed-by": "werfish"},
            "annotations": _mark(by),
        },
        "spec": _spec(by) | {"acquireTime": _time(by), "leaseTransitions": 0},
    }


def _taken(lease: Manifest, by: Locking) -> Manifest:
    transitions = (lease.get("spec") or {}).get("leaseTransitions") or 0
    spec = _spec(by) | {"acquireTime": _time(by), "leaseTransitions": transitions + 1}
    others = {key: value for key, value in _annotations(lease).items() if key != PROCESS}
    metadata = {**lease["metadata"], "annotations": others | _mark(by)}
    return {**lease, "metadata": metadata, "spec": spec}


def _renewed(lease: Manifest, by: Locking) -> Manifest:
    return {**lease, "spec": {**lease["spec"], **_spec(by)}}


def _mark(by: Locking) -> dict[str, str]:
    return {PROCESS: by.process} if by.process else {}


def _annotations(lease: Manifest) -> Mapping[str, str]:
    return lease["metadata"].get("annotations") or {}


def _spec(by: Locking) -> dict[str, Any]:
    return {
        "holderIdentity": by.holder,
        "leaseDurationSeconds": by.duration,
        "renewTime": _time(by),
    }


def _time(by: Locking) -> str:
    return datetime.fromtimestamp(by.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
