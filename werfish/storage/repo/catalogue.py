"""Images that this run knows without any daemon: in a registry, or about to be put into one."""

import threading
from collections.abc import Iterator

from stages.light_dataclass import dataclass
from werfish.containers.backend import Layer, LocalImage
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Reference
from werfish.storage.repo.lost import Lost


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image in a registry, under *reference*; *blobs* are its layers, the lowest first."""

    image: LocalImage
    reference: Reference
    blobs: tuple[Descriptor, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An image that is nowhere yet: *layers* of the host's store on top of the image *below*."""

    image: LocalImage
    below: "StoredImage | Draft"
    layers: tuple[Layer, ...]


KnownImage = StoredImage | Draft


class Catalogue:
    """Known images by id, and what was *lost* of them; for many threads."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.lost = Lost()
        self._guard = threading.Lock()
        self._known: dict[str, KnownImage] = {}

    def add(self, known: KnownImage) -> LocalImage:
        """Make *known* known, and return its image."""
        with self._guard:
            self._known[known.image.id] = known
        return known.image

    def find(self, image_id: str) -> KnownImage | None:
        """Return what is known of an image, ``None`` for one that only a daemon may have."""
        with self._guard:
            return self._known.get(image_id)

    def forget(self, image_id: str) -> None:
        """Take back what is known of an image: a daemon has made it, too."""
        with self._guard:
            self._known.pop(image_id, None)


def layers_of(known: KnownImage) -> Iterator[tuple[str, Layer | Descriptor]]:
    """Yield the layers of *known* by diff id, the lowest first, each with where its bytes are."""
    if isinstance(known, StoredImage):
        yield from zip(known.image.config.diff_ids, known.blobs, strict=True)
        return
    yield from layers_of(known.below)
    yield from ((layer.diff_id, layer) for layer in known.layers)


def stored_below(known: KnownImage) -> StoredImage:
    """Return the image in a registry that *known* is, or stands on."""
    while isinstance(known, Draft):
        known = known.below
    return known
