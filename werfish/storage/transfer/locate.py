"""Find where each layer of an image can come from, cheapest first.

What the target has needs nothing; what another repository of its registry has is mounted; what the
host store has is uploaded; what another registry has is copied. Nothing is moved here but mounts.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werfish.containers.backend import Layer
from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.media_types import OCI_LAYER_GZIP
from werfish.oci.reference import Repository, parse_repository
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.blobs import BlobStore
from werfish.storage.transfer.sources import Elsewhere, Present, Source, Stored

_MAX_PLACES = 4
"""How many places a layer is looked for at most: records only ever grow old."""


@dataclass(frozen=True, slots=True)
class Target:
    """The repository to publish to; *present* are digests of blobs that it is known to have."""

    repository: Repository
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    blob: Descriptor
    repository: Repository


def locate_layers(
    diff_ids: tuple[str, ...], target: Target, *, registry: RegistryClient, blobs: BlobStore
) -> Mapping[str, Source]:
    """Return the source of every layer; what can be mounted has been."""
    unique = tuple(dict.fromkeys(diff_ids))
    found = in_parallel([_job(diff_id, target, registry, blobs) for diff_id in unique])
    return dict(zip(unique, found, strict=True))


def _job(diff_id: str, target: Target, registry: RegistryClient, blobs: BlobStore) -> Job[Source]:
    def locate(stop: threading.Event) -> Source:
        if stop.is_set():
            return None
        places = tuple(_places(diff_id, target, blobs))[:_MAX_PLACES]
        layer = blobs.find(diff_id)
        return (
            _present(target, layer, places, registry)
            or _mounted(target, places, registry)
            or (Stored(layer) if layer else _elsewhere(target, places, registry))
        )

    return locate


def _places(diff_id: str, target: Target, blobs: BlobStore) -> Iterator[_Place]:
    """Yield where the layer was seen, the target first, then the rest of its registry."""
    places = []
    for known in reversed(blobs.known(diff_id)):
        try:
            repository = parse_repository(known.repository)
        except ValueError:
            continue
        places.append(_Place(Descriptor(OCI_LAYER_GZIP, known.digest, known.size), repository))
    here = target.repository
    yield from sorted(
        places,
        key=lambda place: (place.repository != here, place.repository.registry != here.registry),
    )


def _present(
    target: Target, layer: Layer | None, places: tuple[_Place, ...], registry: RegistryClient
) -> Present | None:
    own = [Descriptor(OCI_LAYER_GZIP, layer.digest, layer.size)] if layer else []
    here = [place.blob for place in places if place.repository == target.repository]
    rest = [place.blob for place in places if place.repository != target.repository]
    for blob in dict.fromkeys((*here, *own, *rest)):
        if blob.digest in target.present or registry.head_blob(target.repository, blob.digest):
            return Present(blob)
    return None


def _mounted(
    target: Target, places: tuple[_Place, ...], registry: RegistryClient
) -> Present | None:
    for place in places:
        source = place.repository
        if source.registry != target.repository.registry or source == target.repository:
            continue
        if registry.mount_blob(target.repository, place.blob.digest, source):
            return Present(place.blob)
    return None


def _elsewhere(
    target: Target, places: tuple[_Place, ...], registry: RegistryClient
) -> Elsewhere | None:
    for place in places:
        if place.repository != target.repository and _is_there(place, registry):
            return Elsewhere(place.blob, place.repository)
    return None


def _is_there(place: _Place, registry: RegistryClient) -> bool:
    """Whether the blob can be read; another registry that does not answer is no reason to fail."""
    try:
        return registry.head_blob(place.repository, place.blob.digest)
    except RegistryError:
        return False
