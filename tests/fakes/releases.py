"""Release records in memory."""

from werfish.errors import ReleaseError
from werfish.kube.resource import Gvk, ResourceId
from werfish.releases.records import record_name
from werfish.releases.release import Release
from werfish.releases.storage import RecordExistsError


class FakeReleases:
    """A `werfish.releases.storage.ReleaseStorage`."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, int], Release] = {}

    def history(self, name: str) -> tuple[Release, ...]:
        return tuple(record for key, record in sorted(self._records.items()) if key[0] == name)

    def place_of(self, release: Release) -> ResourceId:
        return ResourceId(Gvk("", "v1", "Secret"), release.namespace, record_name(release))

    def create(self, release: Release) -> None:
        if _key(release) in self._records:
            raise RecordExistsError(release.name, release.revision)
        self._records[_key(release)] = release

    def update(self, release: Release) -> None:
        if _key(release) not in self._records:
            raise ReleaseError(f'update release "{release.name}": its record is gone')
        self._records[_key(release)] = release

    def delete(self, release: Release) -> None:
        self._records.pop(_key(release), None)


def _key(release: Release) -> tuple[str, int]:
    return release.name, release.revision
