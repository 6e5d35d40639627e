"""What turned out to be missing in a registry: whatever needs it does not count any more."""

import threading
from collections.abc import Callable, Iterable

from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Reference
from werfish.registry.errors import DamagedManifestError
from werfish.registry.transfer import in_parallel
from werfish.storage.stage_storage import BrokenStageError
from werfish.storage.transfer.carrier import Carrier


class LostError(BrokenStageError):
    """A blob or manifest that a stage needs is gone, or is not what it should be."""

    def __init__(self, digest: str, place: str) -> None:
        """Name what is gone from where."""
        shown = digest[:19] if digest.startswith("sha256:") else digest[:12]
        super().__init__(f'read {shown} of "{place}": it is gone, or damaged')
        self.digest = digest


class Lost:
    """Digests of blobs and manifests, and tags of stages, that are missing; for many threads."""

    def __init__(self) -> None:
        """Nothing is missing yet, and nothing was looked for."""
        self._guard = threading.Lock()
        self._lost: set[str] = set()

    def add(self, digests: Iterable[str]) -> bool:
        """Let *digests* be missing; return whether that is new of any."""
        with self._guard:
            new = set(digests) - self._lost
            self._lost |= new
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

    def check(
        self,
        reference: Reference,
        blobs: Iterable[Descriptor],
        carrier: Carrier,
        is_named: Callable[[], bool] = lambda: False,
    ) -> None:
        """Look, all at once, whether *reference* and its *blobs* are there; `LostError` if not.

        A blob that was there once in this run is not looked for again, nor *reference* where
        something else that *is_named* asks for shows that it is there.
        """
        registry, repository = carrier.registry, reference.repository
        wanted = tuple(blobs)

        def look_for_blobs(stop: object) -> tuple[str, ...]:
            missing = carrier.checked.missing(repository, wanted, registry)
            return tuple(blob.digest for blob in missing)

        def look_for_manifest(stop: object) -> tuple[str, ...]:
            try:
                is_there = is_named() or registry.head_manifest(reference) is not None
            except DamagedManifestError:
                is_there = False
            return () if is_there else (str(reference),)

        workers = registry.workers(repository)
        blob_digests, tags = in_parallel([look_for_blobs, look_for_manifest], workers)
        carrier.seen.forget(repository, blob_digests)
        if blob_digests or tags:
            self.add((*blob_digests, *tags))
            raise LostError((*blob_digests, reference.target)[0], str(repository))
