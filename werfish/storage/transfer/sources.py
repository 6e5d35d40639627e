"""Where each layer of an image can come from, and what the backend must push itself. Pure."""

from collections.abc import Sequence

from stages.light_dataclass import dataclass
from werfish.containers.backend import Layer
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository


@dataclass(frozen=True, slots=True)
class Present:
    """The layer's blob is in the target repository."""

    blob: Descriptor


@dataclass(frozen=True, slots=True)
class Stored:
    """The layer's blob is a file of the host store."""

    layer: Layer


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The layer's blob is in another repository, which cannot be mounted from."""

    blob: Descriptor
    repository: Repository


Source = Present | Stored | Elsewhere | None
"""``None``: only the backend has the layer."""


def prefix_to_push(sources: Sequence[Source], lengths: Sequence[int]) -> int:
    """Return how many of the lowest layers the backend must push; 0 where none is missing.

    *lengths* are those that it has an image for; the shortest that covers every missing layer is
    chosen. ValueError where none does.
    """
    missing = [position for position, source in enumerate(sources) if source is None]
    if not missing:
        return 0
    fitting = [length for length in lengths if length > missing[-1]]
    if not fitting:
        raise ValueError(f"no image of the chain has layer {missing[-1] + 1}")
    return min(fitting)
