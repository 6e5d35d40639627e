"""Let the backend push what only it has: the layers of instructions.

It pushes an image under a temporary tag, whose manifest then says which blobs they are; the tag
goes at once, with its manifest. The image is a copy with labels of its own, so its manifest is
nobody else's and may be deleted. The tag follows from the stage: where a registry does not delete,
there is one a stage, however often it is published. Two processes of a host would take the local
tag away from each other, so they push the same stage one after the other. Those that share a daemon
and no home do take it: who meets that takes a tag and an image of its own, one more for such a
registry.
"""

import json
import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

from werfish.containers.backend import ImageGoneError, LocalImage
from werfish.errors import RegistryError
from werfish.oci.config import ImageConfig
from werfish.oci.labels import PREFIX
from werfish.oci.manifest import Descriptor, Manifest, decode_manifest
from werfish.oci.reference import Reference, Repository
from werfish.registry.errors import NotFoundError
from werfish.registry.manifests import StoredManifest
from werfish.storage.transfer.carrier import Carrier, Pusher
from werfish.storage.transfer.learn import layer_blobs

__all__ = ["TEMPORARY_LABEL", "TEMPORARY_PREFIX", "Pusher", "push_layers", "temporary_config"]

TEMPORARY_PREFIX = "werfish-tmp-"
"""How temporary tags begin: what a killed process left of them may be deleted."""

TEMPORARY_LABEL = PREFIX + "temporary"
"""Says the temporary tag, so that two copies of one image are two images."""

_TRIES = 5


def push_layers(
    image: LocalImage, repository: Repository, carrier: Carrier
) -> Mapping[str, Descriptor]:
    """Push every layer of *image* that *repository* lacks, and return the blobs by layer."""
    carrier.registry.make_repository(repository)  # the backend's own push would not
    carrier.registry.require_push(repository)  # nor say for a minute that it may not
    usual = tag = f"{TEMPORARY_PREFIX}{image.id.removeprefix('sha256:')[:12]}"
    for _ in range(_TRIES - 1):
        try:
            return _pushed(image, repository.tagged(tag), carrier)
        except (ImageGoneError, NotFoundError):  # another process was faster to remove the same
            tag = f"{usual}-{secrets.token_hex(4)}"
    return _pushed(image, repository.tagged(tag), carrier)


def temporary_config(config: ImageConfig, labels: Mapping[str, str], tag: str) -> ImageConfig:
    """Return *config* as that of an image which only carries its layers to a registry, as *tag*."""
    marked = {**config.labels, TEMPORARY_LABEL: tag, **labels}
    return replace(config, runtime={**config.runtime, "Labels": marked})


def _pushed(image: LocalImage, reference: Reference, carrier: Carrier) -> Mapping[str, Descriptor]:
    config = temporary_config(image.config, carrier.step_labels, reference.tag)
    alone = carrier.host_locks.held(f"push-{reference}") if carrier.host_locks else nullcontext()
    with alone:
        copy = carrier.backend.assemble(image, (), config, str(reference))
        try:
            carrier.backend.push(copy, str(reference))
            return _learn_and_delete(copy, reference, carrier)
        finally:
            carrier.backend.untag(str(reference))
            # Another home may have given the tag to its own copy: then it held this one no more.
            carrier.backend.discard(copy)


def _learn_and_delete(
    image: LocalImage, reference: Reference, carrier: Carrier
) -> Mapping[str, Descriptor]:
    stored = carrier.registry.get_manifest(reference)
    try:
        blobs = _blobs_of(stored, image)
        if blobs is None:
            blobs = layer_blobs(carrier.registry, reference, image.config)[1]
        for blob in blobs.values():  # the backend sends nothing of what the registry claims to have
            carrier.registry.require_mended(reference.repository, blob.digest, blob.size)
    finally:
        _delete(stored, carrier)
    return blobs


def _blobs_of(stored: StoredManifest, image: LocalImage) -> Mapping[str, Descriptor] | None:
    """Return the blobs that the backend wrote for the layers of *image*.

    It asks the registry for the size of what is there, and writes none for a blob that has lost all
    of its bytes: that is left out. ``None`` where what is stored need not be *image*.
    """
    try:
        document = json.loads(stored.data)
        for part in (document["config"], *document["layers"]):
            part.setdefault("size", 0)
        manifest = decode_manifest(json.dumps(document).encode(), stored.media_type)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(manifest, Manifest) or manifest.config.digest != image.id:
        return None
    layers, diff_ids = manifest.layers, image.config.diff_ids
    if len(layers) != len(diff_ids):
        return None
    return {diff_id: blob for diff_id, blob in zip(diff_ids, layers, strict=True) if blob.size}


def _delete(stored: StoredManifest, carrier: Carrier) -> None:
    reference = stored.reference
    try:
        carrier.registry.delete_manifest(reference.repository, stored.digest)
    except RegistryError as error:
        carrier.log.detail(f'temporary tag "{reference}" stays: {error}')
