"""Uploads that a registry opened in place of a mount: the blob that must come then goes there.

See https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository.
"""

import threading

from stages.light_dataclass import dataclass
from werfish.oci.reference import Repository


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """Where an upload goes on, and the *least* bytes of a part, but for the last one."""

    place: str
    least: int = 0


class BegunUploads:
    """The open uploads of blobs, by repository and digest; for many threads."""

    def __init__(self) -> None:
        """None is open yet."""
        self._guard = threading.Lock()
        self._open: dict[tuple[Repository, str], BegunUpload] = {}

    def keep(self, repository: Repository, digest: str, upload: BegunUpload) -> BegunUpload | None:
        """Keep *upload* for the blob; return the one that it takes the place of."""
        with self._guard:
            before = self._open.get((repository, digest))
            self._open[repository, digest] = upload
            return before

    def take(self, repository: Repository, digest: str) -> BegunUpload | None:
        """Return the upload that is open for the blob, to nobody else after that."""
        with self._guard:
            return self._open.pop((repository, digest), None)
