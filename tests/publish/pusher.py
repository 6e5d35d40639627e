"""A backend as far as publishing knows it: it compresses layers in its own way, and pushes."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.fakes.registry import digest_of_bytes
from werfish.containers.backend import ImageGoneError, Layer, LocalImage
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import DOCKER_CONFIG, DOCKER_LAYER_GZIP, DOCKER_MANIFEST
from werfish.oci.reference import Repository, parse_reference
from werfish.registry.client import RegistryClient


@dataclass
class FakePusher:
    """Works against any registry. *pushed* lists what was pushed, *tags* what is tagged now.

    *made* has the images that were assembled and are still there.
    """

    registry: RegistryClient
    layers: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pushed: list[tuple[str, LocalImage]] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    gone: int = 0
    """So many pushes find that another process has removed the image."""
    refused: list[LocalImage] = field(default_factory=list)

    def add_layer(self, content: bytes) -> str:
        """Have a layer of *content* (any bytes) and return its diff id."""
        diff_id = digest_of_bytes(content)
        self.layers[diff_id] = content
        return diff_id

    def assemble(
        self, base: LocalImage, layers: Sequence[Layer], config: ImageConfig, tag: str
    ) -> LocalImage:
        """Make an image with the layers of *base*."""
        if layers or config.diff_ids != base.config.diff_ids:
            raise BuildError("only the configuration may change here")
        self.tags[tag] = config.id
        self.made.add(config.id)
        return LocalImage(config.id, config)

    def push(self, image: LocalImage, reference: str) -> None:
        """Push what the repository lacks, and the manifest in Docker's format."""
        if self.gone:
            self.gone -= 1
            self.refused.append(image)
            raise ImageGoneError(image.id, reference)
        self.pushed.append((reference, image))
        target = parse_reference(reference)
        blobs = []
        for diff_id in image.config.diff_ids:
            data = gzip.compress(self.layers[diff_id], 9, mtime=0)
            blob = Descriptor(DOCKER_LAYER_GZIP, digest_of_bytes(data), len(data))
            self._upload(target.repository, blob, data)
            blobs.append(blob)
        data = image.config.encode()
        config = Descriptor(DOCKER_CONFIG, image.config.id, len(data))
        self._upload(target.repository, config, data)
        manifest = Manifest(config, tuple(blobs), media_type=DOCKER_MANIFEST)
        self.registry.put_manifest(target, DOCKER_MANIFEST, manifest.encode())

    def tag(self, image: LocalImage, reference: str) -> None:
        """Remember a tag."""
        self.tags[reference] = image.id

    def discard(self, image: LocalImage) -> None:
        """Remove an image without tags."""
        if image.id not in self.tags.values():
            self.made.discard(image.id)

    def untag(self, reference: str) -> None:
        """Forget a tag, and the image if nothing else holds it."""
        image_id = self.tags.pop(reference, "")
        if image_id not in self.tags.values():
            self.made.discard(image_id)

    def _upload(self, repository: Repository, blob: Descriptor, data: bytes) -> None:
        """Send what the registry does not claim to have, of whatever length, as Docker does."""
        if not self.registry.has_blob(repository, blob.digest):
            self.registry.upload_blob(
                repository, blob.digest, blob.size, lambda: [data], look_first=False
            )
