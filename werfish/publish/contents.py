"""Bring everything of an image but its manifest into the repository."""

from collections.abc import Iterable
from dataclasses import replace

from werfish.errors import RegistryError
from werfish.oci.config import ImageConfig
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import OCI_CONFIG
from werfish.publish.request import PublishRequest
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.learn import layer_blobs
from werfish.storage.transfer.locate import Target, places_of
from werfish.storage.transfer.summary import summary_of
from werfish.storage.transfer.upload import bring_layers, remember_layers


def bring_contents(
    request: PublishRequest, config: ImageConfig, present: Iterable[str], carrier: Carrier
) -> Manifest:
    """Bring layers and *config*, and return the manifest that names them.

    *present* are digests of layers that the repository has for certain.
    """
    repository = request.targets[0].repository
    _learn_base(request, carrier)
    target = Target(repository, frozenset(present))
    with carrier.trace.span("bring layers"):
        brought = bring_layers(
            request.image, request.chain, target, carrier, may_push=request.in_backend
        )
    data = config.encode()
    with carrier.trace.span("send configuration"):
        # Mostly it is new, and as quickly sent as asked for.
        carrier.registry.upload_blob(
            repository, config.id, len(data), lambda: [data], look_first=False
        )
    carrier.log.info(f"{request.title}: {summary_of(brought)}")
    layers = tuple(replace(blob, annotations=()) for blob in brought.blobs)
    named = Descriptor(OCI_CONFIG, config.id, len(data))
    return Manifest(named, layers, request.annotations)


def _learn_base(request: PublishRequest, carrier: Carrier) -> None:
    """Learn the blobs of the base image once, so that they can be mounted or copied.

    Its lowest layer tells whether they are known. A registry that does not tell is no reason to
    fail: the backend has the layers, too.
    """
    source, diff_ids = request.base_source, request.image.config.diff_ids
    if source is None or not diff_ids or places_of(diff_ids[0], carrier):
        return
    try:
        _, blobs = layer_blobs(carrier.registry, source, request.image.config)
    except RegistryError as error:
        carrier.log.detail(f"{error}; its layers are pushed from this host")
        return
    remember_layers(tuple(blobs), tuple(blobs.values()), source.repository, carrier)
