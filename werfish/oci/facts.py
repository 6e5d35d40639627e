"""What a layer must know of the image below it. Pure: the reading is a backend's.

A layer that leaves out its parent folders, or writes them with attributes of its own, resets
them; one that writes below ``bin`` where the image has ``bin -> usr/bin`` replaces the link. So
every parent folder is looked up, with symbolic links followed inside the image.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from werfish.oci.layer import EntryKind


@dataclass(frozen=True, slots=True)
class Fact:
    """What the image has at a path, itself and not what a symbolic link leads to.

    Anything that is neither a folder nor a symbolic link counts as a file. *mode* holds
    permission bits only; *mtime* is in whole seconds.
    """

    kind: EntryKind
    mode: int
    uid: int
    gid: int
    mtime: int
    link: str = ""


class ImageTree(Protocol):
    """The files of one image, looked up one by one; paths are relative to the root."""

    def lookup(self, path: str) -> Fact | None:
        """Return what is at *path* (its folders hold no symbolic links), or ``None``."""
        ...

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below folder *path*, at any depth, relative to the root."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, links followed; ``None`` where it is not."""
        ...
