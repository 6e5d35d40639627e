"""A Lease that keeps two runs from working on one release at once.

It only saves work: what really fences two deploys is the creation of the next record.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from werfish.errors import ReleaseError
from werfish.kube.errors import ForbiddenError
from werfish.kube.resource import ResourceId
from werfish.locks import hold as leases
from werfish.locks.lease import LEASE, Kind, Locking

PREFIX = "werfish-"


class LeaseBusyError(ReleaseError):
    """Another run works on the release, and goes on doing so."""


class LeaseLostError(ReleaseError):
    """Our own Lease was taken over: we were not heard of for too long."""

    def __init__(self, release: str) -> None:
        """Name the release."""
        super().__init__(
            f'hold the lock of release "{release}": it was lost',
            hint="the cluster could not be reached for a while; run the command again",
        )


class Hold:
    """The Lease of a release, or what there is where a role could not have it (``None``)."""

    def __init__(self, release: str, hold: leases.Hold | None) -> None:
        """Answer for *hold*."""
        self._release = release
        self._hold = hold

    @property
    def is_real(self) -> bool:
        """Whether there is a Lease at all."""
        return self._hold is not None

    def check(self) -> None:
        """Raise `LeaseLostError` if somebody else may work on the release by now."""
        if self._hold is not None and self._hold.is_lost:
            raise LeaseLostError(self._release)


@contextmanager
def held(cluster: leases.Leases, namespace: str, release: str, by: Locking) -> Iterator[Hold]:
    """Hold the Lease of a release; `LeaseBusyError` where another run does not let go of it."""
    hold = _acquired(cluster, namespace, release, by)
    try:
        yield Hold(release, hold)
    finally:
        if hold is not None:
            hold.end()


def _acquired(
    cluster: leases.Leases, namespace: str, release: str, by: Locking
) -> leases.Hold | None:
    id, kind = ResourceId(LEASE, namespace, PREFIX + release), Kind(f'release "{release}"')
    try:
        return leases.Hold(cluster, leases.acquired(cluster, id, kind, by), by)
    except leases.HeldError as error:
        raise LeaseBusyError(str(error), hint=error.hint) from error
    except ForbiddenError as error:
        by.log.warning(f"two deploys at once are not kept apart: {error}")
        return None
