"""Which blobs of a repository are there and whole, looked at once in a run."""

import threading
from collections.abc import Iterable

from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel


class CheckedBlobs:
    """Blobs that were found whole; for many threads."""

    def __init__(self) -> None:
        """Nothing was looked at yet."""
        self._guard = threading.Lock()
        self._whole: set[tuple[Repository, str]] = set()

    def missing(
        self, repository: Repository, blobs: Iterable[Descriptor], registry: RegistryClient
    ) -> tuple[Descriptor, ...]:
        """Look, all at once, which of *blobs* are not there, or not whole."""
        with self._guard:
            asked = [one for one in dict.fromkeys(blobs) if self._is_new(repository, one)]
        jobs = [_has(registry, repository, blob) for blob in asked]
        found = in_parallel(jobs, registry.workers(repository))
        pairs = tuple(zip(asked, found, strict=True))
        with self._guard:
            self._whole.update((repository, blob.digest) for blob, is_there in pairs if is_there)
        return tuple(blob for blob, is_there in pairs if not is_there)

    def _is_new(self, repository: Repository, blob: Descriptor) -> bool:
        return (repository, blob.digest) not in self._whole


def _has(registry: RegistryClient, repository: Repository, blob: Descriptor) -> Job[bool]:
    return lambda stop: registry.has_blob(repository, blob.digest, blob.size)
