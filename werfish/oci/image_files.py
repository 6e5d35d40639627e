"""The files of an image and their contents, one after another. Pure: backends do the reading."""

from collections.abc import Iterable
from dataclasses import field
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.oci.facts import Fact, ImageTree

CONTAINERS_OWN = frozenset(
    {
        *(".dockerenv", "dev/console", "dev/pts", "dev/shm"),
        *("etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"),
    }
)
"""What an engine makes for each container, in place of what the image has there."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One path of an image, as it comes in a stream.

    *path* is relative to what was asked for, empty for that itself. *fact* is ``None`` for what no
    layer brings: devices, pipes and sockets. *content* can be read until the next file is asked
    for. A further name of what came before has no content, but the path of that in *same_as*,
    which also tells what it is. *attributes* are extended ones, sorted by name.
    """

    path: str
    fact: Fact | None
    content: Iterable[bytes] = field(default=(), compare=False)
    same_as: str = ""
    attributes: tuple[tuple[str, bytes], ...] = ()


class ImageFiles(ImageTree, Protocol):
    """The files of one image, looked up one by one, or streamed."""

    def stream(self, path: str) -> Iterable[ImageFile]:
        """Yield what is at *path*, itself and not what a link leads to, and all that is below.

        Folders come before what is in them, names in the order of their bytes. What an engine puts
        into every container is left out. Nothing comes where the image has nothing.
        """
        ...
