"""Which Leases were left by somebody who died, and wanted by nobody since. Pure.

Only times of the API server are compared, those at which it wrote the Leases, so that the clocks
of machines do not count: the server's own time is when it wrote ours last.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from stages.light_dataclass import dataclass
from werfish.kube.resource import Manifest, ResourceId
from werfish.locks.lease import PROCESS, annotations_of, id_of

LABEL, LABEL_VALUE = "io.werfish.lock", "true"
SELECTOR = f"{LABEL}={LABEL_VALUE}"
SILENCE = timedelta(minutes=10)
"""A holder writes its Lease every few seconds: one that was not written for so long is left."""
MOST = 100
"""So many are removed in one run; the next one goes on."""


@dataclass(frozen=True, slots=True)
class LeftLease:
    """One Lease, exactly as it was seen."""

    id: ResourceId
    uid: str
    version: str


def left_leases(
    leases: Sequence[Manifest], own: Manifest, is_dead: Callable[[str], bool]
) -> tuple[LeftLease, ...]:
    """Return those of *leases* that were left, where *own* is what we wrote last.

    *is_dead* tells of a process's mark whether the process is known to have ended.
    """
    now = written_at(own)
    left = [
        lease
        for lease in leases
        if is_dead(annotations_of(lease).get(PROCESS) or "") or now - written_at(lease) > SILENCE
    ]
    return tuple(
        LeftLease(id_of(one), one["metadata"]["uid"], one["metadata"]["resourceVersion"])
        for one in left[:MOST]
    )


def written_at(lease: Manifest) -> datetime:
    """Return when the server wrote *lease* last."""
    return max(map(datetime.fromisoformat, _times(lease)))


def _times(lease: Manifest) -> Iterator[str]:
    metadata = lease["metadata"]
    yield metadata["creationTimestamp"]
    for entry in metadata.get("managedFields") or ():
        if entry.get("time"):
            yield entry["time"]
