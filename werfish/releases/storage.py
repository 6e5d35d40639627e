"""Where release records live, as far as the rest of werfish needs to know."""

from typing import Protocol

from werfish.errors import ReleaseError
from werfish.kube.resource import ResourceId
from werfish.releases.release import Release


class RecordExistsError(ReleaseError):
    """The next revision was recorded by somebody else first: the fence between two deploys."""

    def __init__(self, name: str, revision: int) -> None:
        """Name the release and the revision that exists already."""
        super().__init__(
            f'record revision {revision} of release "{name}": it exists already',
            hint="another deploy of this release is running; wait for it and try again",
        )
        self.name = name
        self.revision = revision


class ReleaseStorage(Protocol):
    """The records of the releases of one namespace."""

    def history(self, name: str) -> tuple[Release, ...]:
        """Return every revision of *name*, oldest first; empty where there is none."""
        ...

    def place_of(self, release: Release) -> ResourceId:
        """Return the object that the record of this revision is kept in."""
        ...

    def create(self, release: Release) -> None:
        """Write a new record; `RecordExistsError` where that revision has one."""
        ...

    def update(self, release: Release) -> None:
        """Replace the record of this revision; `ReleaseError` where it is gone."""
        ...

    def delete(self, release: Release) -> None:
        """Remove the record of this revision; nothing happens where it is gone."""
        ...
