"""Let the backend push what only it has: the layers of instructions.

It pushes an image under a temporary tag, whose manifest then says which blobs they are; the tag
goes at once, with its manifest. The image is a copy with a label of its own, so its manifest is
nobody else's and may be deleted. Its tag follows from it: where a registry does not delete, there
is one a stage, however often it is published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from werfish.containers.backend import Layer, LocalImage
from werfish.errors import RegistryError
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Reference, Repository
from werfish.publish.learn import layer_blobs
from werfish.registry.client import RegistryClient
from werfish.registry.errors import NotFoundError

TEMPORARY_PREFIX = "werfish-tmp-"
"""How temporary tags begin: what a killed process left of them may be deleted."""

TEMPORARY_LABEL = "io.werfish.temporary"

_TRIES = 3


class Pusher(Protocol):
    """What publishing needs of a backend."""

    def assemble(
        self, base: LocalImage, layers: Sequence[Layer], config: ImageConfig, tag: str
    ) -> LocalImage:
        """Make the image *config*, *layers* on top of *base*, and tag it."""
        ...

    def push(self, image: LocalImage, reference: str) -> None:
        """Push *image* as *reference*."""
        ...

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it."""
        ...


def push_layers(
    image: LocalImage,
    repository: Repository,
    *,
    backend: Pusher,
    registry: RegistryClient,
    log: Log,
) -> Mapping[str, Descriptor]:
    """Push every layer of *image* that *repository* lacks, and return the blobs by layer."""
    config = temporary_config(image.config)
    reference = repository.tagged(f"{TEMPORARY_PREFIX}{config.id.removeprefix('sha256:')[:12]}")
    copy = backend.assemble(image, (), config, str(reference))
    try:
        return _push(copy, reference, backend, registry, log)
    finally:
        backend.untag(str(reference))


def temporary_config(config: ImageConfig) -> ImageConfig:
    """Return *config* as that of an image which only carries its layers to a registry."""
    labels = {**config.labels, TEMPORARY_LABEL: "true"}
    return replace(config, runtime={**config.runtime, "Labels": labels})


def _push(
    image: LocalImage,
    reference: Reference,
    backend: Pusher,
    registry: RegistryClient,
    log: Log,
) -> Mapping[str, Descriptor]:
    for _ in range(_TRIES - 1):
        backend.push(image, str(reference))
        try:
            return _learn_and_delete(image, reference, registry, log)
        except NotFoundError:  # another process pushed the same, and was faster to delete it
            continue
    backend.push(image, str(reference))
    return _learn_and_delete(image, reference, registry, log)


def _learn_and_delete(
    image: LocalImage, reference: Reference, registry: RegistryClient, log: Log
) -> Mapping[str, Descriptor]:
    digest, blobs = layer_blobs(registry, reference, image.config)
    try:
        registry.delete_manifest(reference.repository, digest)
    except RegistryError as error:
        log.detail(f'temporary tag "{reference}" stays: {error}')
    return blobs
