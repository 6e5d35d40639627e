"""A machine whose stages are in a registry: a home of its own, and a daemon or none."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.fakes.pushing_daemon import FakeDaemon
from tests.registry.clients import client_of
from werfish.containers.backend import Backend, LocalImage
from werfish.containers.docker_client import NoDaemonError
from werfish.containers.fact_store import FactStore
from werfish.locks.local import FileLocks
from werfish.locks.lock import Locks
from werfish.log import Log
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.storage.blobs import BlobStore
from werfish.storage.repo.backend import RepoBackend
from werfish.storage.repo.bases import BaseRegistries
from werfish.storage.repo.catalogue import Catalogue
from werfish.storage.repo.hints import Hints
from werfish.storage.repo.image_tree import ImageTrees
from werfish.storage.repo.known_hints import KnownHints
from werfish.storage.repo.layer_records import LayerRecords
from werfish.storage.repo.shared_hints import SharedHints
from werfish.storage.repo.stage_storage import RepoStageStorage
from werfish.storage.transfer.carrier import Carrier

_TICKS = count(100)


def tick() -> float:
    """Return a time that no other call returns."""
    return float(next(_TICKS))


@dataclass
class RepoMachine:
    """The machine whose home is *folder*; its stages are in *repository*."""

    folder: Path
    repository: Repository
    client: RegistryClient = field(default_factory=client_of)
    has_daemon: bool = False
    sources: tuple[Repository, ...] = ()
    clock: Callable[[], float] = tick
    locks: Locks | None = None

    def __post_init__(self) -> None:
        """Set the parts up."""
        self.output = io.StringIO()
        self.log = Log(self.output, clock=self.clock)
        self.facts = FactStore(self.folder / "facts")
        self.blobs = BlobStore(self.folder / "blobs", self.facts)
        self.daemon = FakeDaemon(self.client)
        self.carrier = Carrier(self.daemon, self.client, self.blobs, self.log)
        self.catalogue = Catalogue()
        self.bases = BaseRegistries(self.carrier)
        records = LayerRecords(self.client, self.repository)
        self.trees = ImageTrees(self.carrier, self.facts, records, self.catalogue.lost)
        self.backend = RepoBackend(self._start, self.catalogue, self.bases, self.trees)
        self.storage = RepoStageStorage(
            self.repository,
            "shop",
            self.carrier,
            self.catalogue,
            self._hints(
                self.repository, SharedHints(self.client, self.repository, "shop", self.facts)
            ),
            self.locks or FileLocks(self.folder / "locks"),
            self.clock,
            [self._hints(source) for source in self.sources],
            is_shared=self.locks is not None,
            share=self.trees.share,
        )

    def image_on(self, base: str, *names: str) -> LocalImage:
        """Return the base image with a file more for each of *names*, each in its own layer."""
        image = self.backend.resolve_base(base).image
        for name in names:
            entry = LayerEntry(name, EntryKind.FILE, source=name)
            layer = self.blobs.write([entry], lambda sources: [(4, [b"text"]) for _ in sources])
            config = image.config.with_layers((layer.diff_id,), name)
            image = self.backend.assemble(image, (layer,), config, "")
        return image

    def _hints(self, repository: Repository, shared: SharedHints | None = None) -> Hints:
        known = KnownHints(self.folder / "stages", repository)
        return Hints(self.client, repository, known, lambda: 0.0, shared, self.log.warning)

    def _start(self) -> Backend:
        if not self.has_daemon:
            raise NoDaemonError("there is none")
        return self.daemon
