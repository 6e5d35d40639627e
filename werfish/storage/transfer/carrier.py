"""The adapters that publishing works with, together."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.containers.backend import Layer, LocalImage
from werfish.locks.lock import Locks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.registry.client import RegistryClient
from werfish.storage.blobs import BlobStore
from werfish.storage.transfer.checked import CheckedBlobs
from werfish.storage.transfer.layer_locks import LayerLocks
from werfish.storage.transfer.seen import SeenBlobs
from werfish.trace import OFF, Trace


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

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give *image* one more tag."""
        ...

    def discard(self, image: LocalImage) -> None:
        """Remove an image that was only a step on the way."""
        ...

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it."""
        ...


@dataclass(frozen=True, slots=True)
class Carrier:
    """What moves layers.

    *step_labels* mark an image of the backend that must not outlive this process. *host_locks* keep
    the processes of one host from pushing the same at once, *shared_locks* those of other machines
    too, where there are such. *layer_locks* and what was *seen* are
    shared by all images that are moved in this run, and so is what was *checked*.
    """

    backend: Pusher
    registry: RegistryClient
    blobs: BlobStore
    log: Log
    step_labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    host_locks: Locks | None = None
    shared_locks: Locks | None = None
    layer_locks: LayerLocks = field(default_factory=LayerLocks)
    seen: SeenBlobs = field(default_factory=SeenBlobs)
    checked: CheckedBlobs = field(default_factory=CheckedBlobs)
    trace: Trace = OFF
