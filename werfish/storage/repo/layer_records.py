"""What a large layer holds, kept beside the stages: so that one machine reads it, and no other.

The record of a layer is a small blob under a tag that follows from the layer's digest; its manifest
holds the bytes too where they are few. A record only saves work: one that cannot be read or
written is as none.
"""

import gzip
import zlib

from stages.light_dataclass import dataclass
from werfish.containers.fact_documents import decode_layer, encode_layer
from werfish.errors import RegistryError
from werfish.oci.layered_facts import KnownLayer, WrittenLayer
from werfish.oci.manifest import Descriptor, Manifest, digest_of_bytes
from werfish.oci.media_types import OCI_MANIFEST
from werfish.oci.reference import Reference, Repository
from werfish.registry.client import RegistryClient

RECORD = "application/vnd.werfish.layer-record.v1+json+gzip"
TAG_PREFIX = "facts-"
SMALL = 64 << 10
"""A layer of so few bytes is as quickly read as its record."""

_MOST_EMBEDDED = 512 << 10


@dataclass(frozen=True, slots=True)
class LayerRecords:
    """The records in *repository*."""

    registry: RegistryClient
    repository: Repository

    def find(self, diff_id: str) -> WrittenLayer | None:
        """Return what the record of a layer says, ``None`` where there is none."""
        try:
            stored = self.registry.find_manifest(self._reference(diff_id))
            manifest = stored.decode() if stored else None
            if not isinstance(manifest, Manifest):
                return None
            described = manifest.config
            data = described.embedded or self.registry.read_blob(self.repository, described)
            found = decode_layer(gzip.decompress(data))
        except (RegistryError, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found, WrittenLayer) else None

    def keep(self, diff_id: str, layer: WrittenLayer) -> None:
        """Write the record of a layer; whoever may not write there reads on."""
        data = gzip.compress(encode_layer(layer), mtime=0)
        described = Descriptor(RECORD, digest_of_bytes(data), len(data))
        embedded = data if len(data) <= _MOST_EMBEDDED else b""
        config = Descriptor(RECORD, described.digest, len(data), data=embedded)
        manifest = Manifest(config, (described,)).encode()
        try:
            self.registry.upload_blob(
                self.repository, described.digest, len(data), lambda: [data], look_first=False
            )
            self.registry.put_manifest(self._reference(diff_id), OCI_MANIFEST, manifest)
        except RegistryError:
            return

    def keep_written(self, diff_id: str, size: int, known: KnownLayer | None) -> None:
        """Write the record of a layer of *size* bytes that this host has written, if it is large.

        Whoever builds on it need not read it: what is in it is *known* here.
        """
        if size > SMALL and isinstance(known, WrittenLayer):
            self.keep(diff_id, known)

    def _reference(self, diff_id: str) -> Reference:
        return self.repository.tagged(f"{TAG_PREFIX}{diff_id.removeprefix('sha256:')}")
