"""What turned out to be missing in a registry: whatever needs it does not count any more."""

import threading
from collections.abc import Iterable

from werfish.oci.reference import Reference, Repository
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.stage_storage import BrokenStageError


class LostError(BrokenStageError):
    """A blob or manifest that a stage needs is gone, or is not what it should be."""

    def __init__(self, digest: str, place: str) -> None:
        """Name what is gone from where."""
        super().__init__(f'read {digest[:19]} of "{place}": it is gone, or broken')
        self.digest = digest


class Lost:
    """Digests of blobs and manifests, and tags of stages, that are missing; for many threads."""

    def __init__(self) -> None:
        """Nothing is missing yet, and nothing was looked for."""
        self._guard = threading.Lock()
        self._lost: set[str] = set()
        self._seen: set[str] = set()

    def add(self, digests: Iterable[str]) -> bool:
        """Let *digests* be missing; return whether that is new of any."""
        with self._guard:
            new = set(digests) - self._lost
            self._lost |= new
            self._seen -= new
            return bool(new)

    def remove(self, digests: Iterable[str]) -> None:
        """Let *digests* be there again."""
        with self._guard:
            self._lost.difference_update(digests)

    def has(self, digests: Iterable[str]) -> bool:
        """Whether any of *digests* is missing."""
        with self._guard:
            return not self._lost.isdisjoint(digests)

    def all(self) -> frozenset[str]:
        """Return what is missing."""
        with self._guard:
            return frozenset(self._lost)

    def check(self, reference: Reference, blobs: Iterable[str], registry: RegistryClient) -> None:
        """Look, all at once, whether *reference* and its *blobs* are there; `LostError` if not.

        What was there once in this run is not looked for again.
        """
        with self._guard:
            digests = [one for one in dict.fromkeys(blobs) if one not in self._seen]
        jobs = [_has_blob(registry, reference.repository, digest) for digest in digests]
        workers = registry.workers(reference.repository)
        is_tagged, *found = in_parallel([_has_manifest(registry, reference), *jobs], workers)
        with self._guard:
            self._seen.update(digests)
        missing = [one for one, is_there in zip(digests, found, strict=True) if not is_there]
        if missing:
            self.add(missing)
            raise LostError(missing[0], str(reference.repository))
        if not is_tagged:
            self.add([str(reference)])
            raise LostError(reference.target, str(reference.repository))


def _has_manifest(registry: RegistryClient, reference: Reference) -> Job[bool]:
    return lambda stop: registry.head_manifest(reference) is not None


def _has_blob(registry: RegistryClient, repository: Repository, digest: str) -> Job[bool]:
    return lambda stop: registry.head_blob(repository, digest)
