"""Bring every layer of an image into the target repository, moving only what it lacks."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.containers.backend import LocalImage
from werfish.errors import BuildError, RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.media_types import OCI_LAYER_GZIP, oci_type_of
from werfish.oci.reference import Repository
from werfish.registry.bodies import file_body, stoppable
from werfish.registry.client import RegistryClient
from werfish.registry.errors import RefusedError
from werfish.registry.messages import Body
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.copies import CopiedBody
from werfish.storage.transfer.locate import Target, locate_layers, uploaded_digests
from werfish.storage.transfer.push import push_layers
from werfish.storage.transfer.sending import GZIP, send_layer
from werfish.storage.transfer.sources import Elsewhere, Present, Source, Stored, prefix_to_push

Blobs = Mapping[str, Descriptor]
"""For each layer, by the digest of its content, the blob that it is in a registry."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The *blobs* of an image's layers in order, and how they came: how many bytes were *sent*.

    *moved* are the layers that werfish sent, *pushed* counts those that the backend brought.
    """

    blobs: tuple[Descriptor, ...]
    sent: int
    moved: tuple[str, ...]
    pushed: int


class MissingLayersError(RegistryError):
    """Layers of an image are neither in a registry nor on this host: *diff_ids* says which."""

    def __init__(self, target: Target, diff_ids: Sequence[str]) -> None:
        """Name where they should be."""
        super().__init__(
            f'look for layer {diff_ids[0][:19]} in "{target.repository}": it is gone, and so are'
            " its copies",
            hint="run the command again; what needs it is then built anew",
        )
        self.diff_ids = tuple(diff_ids)


class EmptyLayerError(RegistryError):
    """The registry holds an empty blob in the place of a layer that only the backend has."""

    def __init__(self, target: Target, diff_id: str) -> None:
        """Name the layer by its content: its blob is known to the backend alone."""
        super().__init__(
            f'push layer {diff_id[:19]} to "{target.repository}": the registry holds an empty blob'
            " in its place, and keeps what it has",
            hint="have empty blobs removed from the registry's storage, or use another repository",
        )


def bring_layers(
    image: LocalImage,
    chain: Sequence[LocalImage],
    target: Target,
    carrier: Carrier,
    *,
    may_push: bool = True,
) -> Brought:
    """Bring the layers of *image* to *target*; each of *chain* has some of the lowest of them.

    Where each of them then is, is remembered for the next time. Without *may_push* the backend
    does not have the image, and what is nowhere else is a `MissingLayersError`.
    """
    diff_ids = image.config.diff_ids
    found = locate_layers(diff_ids, target, carrier)
    missing = [diff_id for diff_id, source in found.items() if source is None]
    if missing and not may_push:
        raise MissingLayersError(target, missing)
    lacking = [diff_id for diff_id in diff_ids if not isinstance(found[diff_id], Present)]
    with carrier.layer_locks.held(lacking) as may_have_come:
        if may_have_come:
            found = locate_layers(diff_ids, target, carrier)
        brought = _move(image, chain, found, target, carrier)
        remember_layers(diff_ids, brought.blobs, target.repository, carrier)
    return brought


def _move(
    image: LocalImage,
    chain: Sequence[LocalImage],
    found: Mapping[str, Source],
    target: Target,
    carrier: Carrier,
) -> Brought:
    diff_ids = image.config.diff_ids
    here = {key: source.blob for key, source in found.items() if isinstance(source, Present)}
    prefix = _prefix_image(image, chain, [found[diff_id] for diff_id in diff_ids])
    covered = prefix.config.diff_ids if prefix else ()
    moved = {
        diff_id: source
        for diff_id, source in found.items()
        if isinstance(source, Stored | Elsewhere) and diff_id not in covered
    }
    by_backend = [source for key, source in found.items() if key in covered]
    unused = [digest for source in by_backend for digest in uploaded_digests(source)]
    carrier.registry.expect_no_upload(target.repository, unused)
    jobs = [_transfer(diff_id, source, target, carrier) for diff_id, source in moved.items()]
    if prefix is not None:
        jobs.insert(0, _push(prefix, target.repository, carrier))
    blobs: dict[str, Descriptor] = {}
    for brought in in_parallel(jobs):
        blobs.update(brought)
    blobs.update(here)
    empty = next((diff_id for diff_id in diff_ids if diff_id not in blobs), None)
    if empty is not None:
        raise EmptyLayerError(target, empty)
    return Brought(
        tuple(_as_oci(blobs[diff_id]) for diff_id in diff_ids),
        sum(blobs[diff_id].size for diff_id in moved),
        tuple(moved),
        sum(diff_id not in here for diff_id in covered),
    )


def remember_layers(
    diff_ids: Sequence[str],
    blobs: Sequence[Descriptor],
    repository: Repository,
    carrier: Carrier,
) -> None:
    """Remember which blobs the layers are in *repository*, for this run and the next ones."""
    for diff_id, blob in zip(diff_ids, blobs, strict=True):
        carrier.seen.add(diff_id, blob, repository)
        if blob.media_type in GZIP:
            carrier.blobs.remember(diff_id, blob.digest, blob.size, str(repository))


def _prefix_image(
    image: LocalImage, chain: Sequence[LocalImage], sources: Sequence[Source]
) -> LocalImage | None:
    """Return the smallest image that has every layer which only the backend has."""
    layers = image.config.diff_ids
    images = {len(layers): image}
    for candidate in chain:
        count = len(candidate.config.diff_ids)
        if candidate.config.diff_ids == layers[:count]:
            images[count] = candidate
    try:
        length = prefix_to_push(sources, tuple(images))
    except ValueError as error:
        raise BuildError(f"push image {image.id}: {error}") from error
    return images[length] if length else None


def _push(prefix: LocalImage, repository: Repository, carrier: Carrier) -> Job[Blobs]:
    def push(stop: threading.Event) -> Blobs:
        if stop.is_set():
            return {}
        return push_layers(prefix, repository, carrier)

    return push


def _transfer(
    diff_id: str, source: Stored | Elsewhere, target: Target, carrier: Carrier
) -> Job[Blobs]:
    def transfer(stop: threading.Event) -> Blobs:
        blob, body = _opened(source, carrier.registry)
        try:
            sent = send_layer(target.repository, blob, stoppable(body, stop), carrier)
        except RefusedError as error:
            if isinstance(source, Stored) and error.has_code("DIGEST_INVALID"):
                error.hint = f'"{source.layer.path}" is damaged: remove it and build again'
            raise
        return {diff_id: sent}

    return transfer


def _opened(source: Stored | Elsewhere, registry: RegistryClient) -> tuple[Descriptor, Body]:
    if isinstance(source, Stored):
        layer = source.layer
        return Descriptor(OCI_LAYER_GZIP, layer.digest, layer.size), file_body(layer.path)
    body = registry.blob_body(source.repository, source.blob)
    return source.blob, CopiedBody(source.blob.digest, body)


def _as_oci(blob: Descriptor) -> Descriptor:
    return replace(blob, media_type=oci_type_of(blob.media_type))
