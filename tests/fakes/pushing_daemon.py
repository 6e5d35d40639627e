"""A daemon that pulls and pushes: a backend in memory, with a real way to registries.

What instructions changed becomes an archive with nothing but a file of their own: enough to be
pushed, found and pulled again.
"""

import gzip

from tests.fakes.backend import FakeBackend
from tests.fakes.base_image import archive_of
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.registry import digest_of_bytes
from werfish.containers.backend import LocalImage
from werfish.containers.docker_client import DaemonError
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import DOCKER_CONFIG, DOCKER_LAYER_GZIP, DOCKER_MANIFEST
from werfish.oci.reference import Reference, parse_reference
from werfish.registry.client import RegistryClient
from werfish.registry.errors import NotFoundError


class FakeDaemon(FakeBackend):
    """Keeps what it pulled; the files of such images are those of `pulled_tree`."""

    def __init__(self, client: RegistryClient) -> None:
        """Begin without images."""
        super().__init__()
        self.client = client
        self.pulled: list[str] = []
        self.pulled_tree = FakeImageTree({"etc": FOLDER, "app": FOLDER})

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Pull, after looking that everything is there."""
        if image.id not in self.images:
            try:
                self._check(parse_reference(reference), image)
            except NotFoundError as error:
                raise DaemonError(f'pull "{reference}"', str(error), status=404) from error
            self.pulled.append(reference)
            self.add(reference, self.pulled_tree, image.config)
        return image

    def _check(self, place: Reference, image: LocalImage) -> None:
        manifest = self.client.get_manifest(place).decode()
        assert isinstance(manifest, Manifest)
        assert manifest.config.digest == image.id
        for layer in manifest.layers:
            assert self.client.has_blob(place.repository, layer.digest)

    def push(self, image: LocalImage, reference: str) -> None:
        """Push layers, configuration and manifest in Docker's format."""
        super().push(image, reference)
        target = parse_reference(reference)
        layers = tuple(self._pushed(one, target) for one in image.config.diff_ids)
        data = image.config.encode()
        config = Descriptor(DOCKER_CONFIG, image.id, len(data))
        self.client.upload_blob(target.repository, image.id, len(data), lambda: [data])
        manifest = Manifest(config, layers, media_type=DOCKER_MANIFEST)
        self.client.put_manifest(target, DOCKER_MANIFEST, manifest.encode())

    def _pushed(self, diff_id: str, target: Reference) -> Descriptor:
        archive = archive_of({f"layer-{diff_id[7:19]}": diff_id})
        data = gzip.compress(archive, mtime=0)
        digest = digest_of_bytes(data)
        self.client.upload_blob(target.repository, digest, len(data), lambda: [data])
        return Descriptor(DOCKER_LAYER_GZIP, digest, len(data))
