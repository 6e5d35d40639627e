"""What a Lease says: who holds it, and since when nobody has heard of him. Pure but for the clocks.

Clocks of machines need not agree. A waiter takes a holder for dead when renewTime has not moved for
the Lease's whole duration on the *waiter's* clock; where the holder ran on the same machine, the
kernel tells at once.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from stages.light_dataclass import dataclass
from werfish.kube.resource import Gvk, Manifest, ResourceId
from werfish.locks.process_mark import is_dead
from werfish.log import Log

LEASE = Gvk("coordination.k8s.io", "v1", "Lease")
DURATION = 15
PROCESS = "io.werfish.process"
"""The annotation with the holder's `process_mark`."""


@dataclass(frozen=True, slots=True)
class Locking:
    """What taking a Lease needs besides the cluster.

    *clock* is monotonic, *now* returns seconds since 1970. *wait_change* returns when an object
    is no longer of the given resourceVersion, or after so many seconds. *process* marks this
    process, and *is_dead* tells whether the one of another mark is known to have ended. A holder
    that lives is waited for with *patience*, in seconds.
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


@dataclass(frozen=True, slots=True)
class Kind:
    """What the Leases of one purpose have in common, and what one of them is called for people."""

    title: str
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()


def new_lease(id: ResourceId, kind: Kind, by: Locking) -> Manifest:
    """Return a Lease that is held from now on."""
    return {
        "apiVersion": LEASE.api_version,
        "kind": LEASE.kind,
        "metadata": {
            "name": id.name,
            "namespace": id.namespace,
            "labels": {"app.kubernetes.io/managed-by": "werfish", **dict(kind.labels)},
            "annotations": {**dict(kind.annotations), **_mark(by)},
        },
        "spec": _spec(by) | {"acquireTime": _time(by), "leaseTransitions": 0},
    }


def taken_lease(lease: Manifest, by: Locking) -> Manifest:
    """Return the *lease* of another holder, taken over."""
    transitions = (lease.get("spec") or {}).get("leaseTransitions") or 0
    spec = _spec(by) | {"acquireTime": _time(by), "leaseTransitions": transitions + 1}
    others = {key: value for key, value in annotations_of(lease).items() if key != PROCESS}
    metadata = {**lease["metadata"], "annotations": others | _mark(by)}
    return {**lease, "metadata": metadata, "spec": spec}


def renewed_lease(lease: Manifest, by: Locking) -> Manifest:
    """Return our own *lease* with a later time."""
    return {**lease, "spec": {**lease["spec"], **_spec(by)}}


def annotations_of(lease: Manifest) -> Mapping[str, str]:
    """Return the annotations of *lease*."""
    return lease["metadata"].get("annotations") or {}


def id_of(lease: Manifest) -> ResourceId:
    """Return the id of *lease*."""
    metadata = lease["metadata"]
    return ResourceId(LEASE, metadata["namespace"], metadata["name"])


class Watched:
    """A Lease as one waiter sees it: for how long it has been as it is, on his clock."""

    def __init__(self, by: Locking) -> None:
        """Begin to look."""
        self._by = by
        self._since = by.clock()
        self._seen: object = None

    def is_free(self, lease: Manifest) -> bool:
        """Tell whether nobody holds *lease*: let go of, ours, or of a holder that is dead."""
        spec = lease.get("spec") or {}
        if spec.get("holderIdentity") in {None, "", self._by.holder}:
            return True
        if self._by.is_dead(annotations_of(lease).get(PROCESS) or ""):
            return True
        seen = (spec["holderIdentity"], spec.get("renewTime"))
        if seen != self._seen:
            self._seen, self._since = seen, self._by.clock()
        return self.left(lease) <= 0

    def left(self, lease: Manifest) -> float:
        """Return in how many seconds *lease* is free unless its holder is heard of."""
        duration = lease["spec"].get("leaseDurationSeconds") or DURATION
        return float(self._since + duration - self._by.clock())


def _mark(by: Locking) -> dict[str, str]:
    return {PROCESS: by.process} if by.process else {}


def _spec(by: Locking) -> dict[str, Any]:
    return {
        "holderIdentity": by.holder,
        "leaseDurationSeconds": by.duration,
        "renewTime": _time(by),
    }


def _time(by: Locking) -> str:
    return datetime.fromtimestamp(by.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
