"""What this process has learned of where layers are; more certain than what the host remembers."""

import threading
from collections import defaultdict
from collections.abc import Iterable

from stages.light_dataclass import dataclass
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository


@dataclass(frozen=True, slots=True)
class Place:
    """A layer's *blob* in a *repository*."""

    blob: Descriptor
    repository: Repository


class SeenBlobs:
    """Blobs that a repository had during this run, by layer and by digest; for many threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._guard = threading.Lock()
        self._places: dict[str, list[Place]] = defaultdict(list)
        self._seen: set[tuple[Repository, str]] = set()

    def add(self, diff_id: str, blob: Descriptor, repository: Repository) -> None:
        """Tell that *repository* has layer *diff_id* as *blob*."""
        place = Place(blob, repository)
        with self._guard:
            self._seen.add((repository, blob.digest))
            if place not in self._places[diff_id]:
                self._places[diff_id].append(place)

    def places(self, diff_id: str) -> tuple[Place, ...]:
        """Return where layer *diff_id* was seen."""
        with self._guard:
            return tuple(self._places.get(diff_id, ()))

    def has(self, repository: Repository, digest: str) -> bool:
        """Whether *repository* had the blob."""
        with self._guard:
            return (repository, digest) in self._seen

    def forget(self, repository: Repository, digests: Iterable[str]) -> None:
        """Take back that *repository* has the blobs: they are to be asked for."""
        with self._guard:
            self._seen.difference_update((repository, digest) for digest in digests)

    def forget_all(self, repository: Repository) -> None:
        """Take back that *repository* has what it had: it is to be asked."""
        with self._guard:
            self._seen = {pair for pair in self._seen if pair[0] != repository}
