"""A small world to publish in: a registry, a backend, a host store, and images made of both."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.registry import FakeRegistry, digest_of_bytes
from tests.publish.pusher import FakePusher
from tests.registry.clients import client_of
from werfish.containers.backend import LocalImage
from werfish.containers.fact_store import FactStore
from werfish.locks.lock import Locks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.oci.layer import EntryKind, LayerEntry
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST
from werfish.oci.reference import Reference, Repository
from werfish.publish.publish import PublishedImage, PublishRequest, publish_images
from werfish.registry.client import RegistryClient
from werfish.storage.blobs import BlobStore
from werfish.storage.transfer.carrier import Carrier
from werfish.trace import OFF, Trace


@dataclass
class Workshop:
    """One machine (its home is *folder*) with one registry; *locks* are shared by machines."""

    registry: FakeRegistry
    folder: Path
    output: io.StringIO = field(default_factory=io.StringIO)
    locks: Locks | None = None
    trace: Trace = OFF

    def __post_init__(self) -> None:
        """Set the tools up."""
        self.client: RegistryClient = client_of()
        self.backend = FakePusher(self.client)
        self.store = BlobStore(self.folder / "blobs", FactStore(self.folder / "facts"))

    def written_layer(self, name: str) -> str:
        """Have a layer that werfish wrote: it is in the host store."""
        entries = [LayerEntry(name, EntryKind.FILE, source=name)]
        layer = self.store.write(entries, lambda sources: [(4, [b"text"]) for _ in sources])
        self.backend.layers[layer.diff_id] = f"layer of {name}".encode()
        return layer.diff_id

    def run_layer(self, content: str) -> str:
        """Have a layer that instructions made: only the backend has it."""
        return self.backend.add_layer(content.encode())

    def image(self, *diff_ids: str) -> LocalImage:
        """Have an image of these layers."""
        config = ImageConfig("amd64", "linux", "2026-01-01T00:00:00Z", {"Env": ["A=1"]}, diff_ids)
        return LocalImage(config.id, config)

    def publish(
        self,
        image: LocalImage,
        *tags: str,
        path: str = "app",
        chain: Sequence[LocalImage] = (),
        base: Reference | None = None,
    ) -> tuple[PublishedImage, ...]:
        """Publish *image* under *tags* of repository *path*."""
        [published] = self.publish_all([self.request(image, tags, path, chain, base)])
        return published

    def request(
        self,
        image: LocalImage,
        tags: Sequence[str],
        path: str,
        chain: Sequence[LocalImage] = (),
        base: Reference | None = None,
    ) -> PublishRequest:
        """Ask for *image* under *tags* of repository *path*."""
        targets = tuple(self.repository(path).tagged(tag) for tag in tags)
        return PublishRequest("web", "shop", image, targets, tuple(chain), base)

    def publish_all(
        self, requests: Sequence[PublishRequest]
    ) -> tuple[tuple[PublishedImage, ...], ...]:
        """Publish several images at once."""
        log = Log(self.output, clock=lambda: 0.0, verbose=True)
        labels = {"lease": "mine"}
        carrier = Carrier(
            self.backend,
            self.client,
            self.store,
            log,
            labels,
            shared_locks=self.locks,
            trace=self.trace,
        )
        return publish_images(requests, carrier)

    def repository(self, path: str = "app") -> Repository:
        """Name a repository of the registry."""
        return Repository(self.registry.host, path)

    def put_base(self, image: LocalImage, path: str, registry: FakeRegistry) -> Reference:
        """Put *image* into another repository, as a stranger would, and return it by digest."""
        repository = Repository(registry.host, path)
        blobs = []
        for diff_id in image.config.diff_ids:
            data = f"compressed by a stranger: {diff_id}".encode()
            registry.add_blob(path, data)
            blobs.append(Descriptor(OCI_LAYER_GZIP, digest_of_bytes(data), len(data)))
        data = image.config.encode()
        config = Descriptor(OCI_CONFIG, registry.add_blob(path, data), len(data))
        manifest = Manifest(config, tuple(blobs)).encode()
        digest = self.client.put_manifest(repository.tagged("1"), OCI_MANIFEST, manifest)
        return repository.pinned(digest)

    def layers_of(self, tag: str, path: str = "app") -> tuple[str, ...]:
        """Return the digests of the layers that *tag* names, after looking that they are there."""
        manifest = self.client.get_manifest(self.repository(path).tagged(tag)).decode()
        if not isinstance(manifest, Manifest):
            raise TypeError(tag)
        digests = tuple(layer.digest for layer in manifest.layers)
        missing = set(digests) - set(self.registry.repository(path).blobs)
        if missing:
            raise LookupError(f"{tag} names blobs that are not there: {missing}")
        return digests
