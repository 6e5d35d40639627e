"""Find where each layer of an image can come from, cheapest first.

What the target has needs nothing; what another repository of its registry has is mounted; what the
host store has is uploaded; what another registry has is copied. Nothing is moved here but mounts.
"""

import itertools
import threading
from collections.abc import Iterable, Mapping

from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.media_types import OCI_LAYER_GZIP
from werfish.oci.reference import Repository, parse_repository
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.seen import Place
from werfish.storage.transfer.sources import Elsewhere, Present, Source, Stored

_MAX_PLACES = 4
"""How many places a layer is looked for at most: records only ever grow old."""

_SMALL = 64 << 10
"""A layer of so few bytes, which was never seen anywhere, is as quickly sent as asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """The repository to publish to; *present* are digests of blobs that it is known to have."""

    repository: Repository
    present: frozenset[str] = frozenset()


def locate_layers(
    diff_ids: tuple[str, ...], target: Target, carrier: Carrier
) -> Mapping[str, Source]:
    """Return the source of every layer; what can be mounted has been."""
    unique = tuple(dict.fromkeys(diff_ids))
    workers = carrier.registry.workers(target.repository)
    found = in_parallel([_job(diff_id, target, carrier) for diff_id in unique], workers)
    return dict(zip(unique, found, strict=True))


def places_of(diff_id: str, carrier: Carrier) -> tuple[Place, ...]:
    """Return where the layer was seen: in this run, then as the host remembers, newest first."""
    remembered = []
    for known in reversed(carrier.blobs.known(diff_id)):
        try:
            repository = parse_repository(known.repository)
        except ValueError:
            continue
        remembered.append(Place(Descriptor(OCI_LAYER_GZIP, known.digest, known.size), repository))
    return tuple(dict.fromkeys((*carrier.seen.places(diff_id), *remembered)))


def _job(diff_id: str, target: Target, carrier: Carrier) -> Job[Source]:
    def locate(stop: threading.Event) -> Source:
        if stop.is_set():
            return None
        known = _nearest(places_of(diff_id, carrier), target.repository)
        places = _whole(known, target.repository.registry, carrier)[:_MAX_PLACES]
        layer = carrier.blobs.find(diff_id)
        is_large = layer is not None and layer.size > _SMALL
        own = [Descriptor(OCI_LAYER_GZIP, layer.digest, layer.size)] if layer and is_large else []
        here = [place.blob for place in places if place.repository == target.repository]
        rest = [place.blob for place in places if place.repository != target.repository]
        source = (
            _present(here, target, carrier)
            or _mounted(target, places, carrier)
            or _present([*own, *rest], target, carrier)
            or (Stored(layer) if layer else _elsewhere(target, known, carrier))
        )
        unused = {place.blob.digest for place in places}.difference(uploaded_digests(source))
        carrier.registry.expect_no_upload(target.repository, unused)
        return source

    return locate


def uploaded_digests(source: Source) -> Iterable[str]:
    """Return the digests of the blobs that this process is going to upload for *source*."""
    match source:
        case Stored(layer):
            return [layer.digest]
        case Elsewhere(blob):
            return [blob.digest]
        case _:
            return []


def _whole(places: Iterable[Place], registry: str, carrier: Carrier) -> list[Place]:
    """Return *places* without what was found damaged anywhere in *registry*."""
    damaged = carrier.registry.damaged_in(registry)
    return [
        place
        for place in places
        if place.repository.registry != registry or place.blob.digest not in damaged
    ]


def _nearest(places: tuple[Place, ...], here: Repository) -> list[Place]:
    """Return *places*, the target first, then the rest of its registry."""
    return sorted(
        places,
        key=lambda place: (place.repository != here, place.repository.registry != here.registry),
    )


def _present(blobs: Iterable[Descriptor], target: Target, carrier: Carrier) -> Present | None:
    for blob in dict.fromkeys(blobs):
        if _is_here(blob, target, carrier):
            return Present(blob)
    return None


def _is_here(blob: Descriptor, target: Target, carrier: Carrier) -> bool:
    repository = target.repository
    is_known = blob.digest in target.present or carrier.seen.has(repository, blob.digest)
    return is_known or carrier.registry.has_blob(repository, blob.digest, blob.size)


def _mounted(target: Target, places: Iterable[Place], carrier: Carrier) -> Present | None:
    """Take the layer over within the registry, which costs nothing more where it is there."""
    for place in places:
        source = place.repository
        if source.registry != target.repository.registry or source == target.repository:
            continue
        if place.blob.digest in target.present:
            return Present(place.blob)
        if carrier.registry.mount_blob(target.repository, place.blob.digest, source):
            return Present(place.blob)
    return None


def _elsewhere(target: Target, places: Iterable[Place], carrier: Carrier) -> Elsewhere | None:
    for place in itertools.islice(places, _MAX_PLACES):
        if place.repository != target.repository and _is_there(place, carrier):
            return Elsewhere(place.blob, place.repository)
    return None


def _is_there(place: Place, carrier: Carrier) -> bool:
    """Whether the blob can be read; another registry that does not answer is no reason to fail."""
    if carrier.seen.has(place.repository, place.blob.digest):
        return True
    try:
        return carrier.registry.has_blob(place.repository, place.blob.digest, place.blob.size)
    except RegistryError:
        return False
