"""Where files are read from: a folder on disk, or a commit. Both answer the same five questions.

Paths are text, relative, without ``.``, ``..`` or a slash at an end; the empty one is the root.
Nothing here follows a link: `werfish.config.resolve` does, the same way for every tree.
"""

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Protocol


class Kind(Enum):
    """What is at a path, or why there is nothing that can be read."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()
    """A device, a socket, a named pipe: it is never opened."""
    ABSENT = auto()
    OUTSIDE = auto()
    """The path leads out of the tree."""
    LOOP = auto()


class FileTree(Protocol):
    """Files, folders and links below one folder."""

    def kind(self, path: str) -> Kind:
        """Return what is at *path*: a file, a folder, a link, something else, or nothing."""
        ...

    def target(self, path: str) -> str:
        """Return where the link at *path* points, as it was written."""
        ...

    def children(self, path: str) -> Sequence[tuple[str, Kind]]:
        """Return the names and kinds in the folder at *path*, sorted; none where it is closed."""
        ...

    def contents(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        """Yield the content of each of *paths*, which are files, or why it cannot be read."""
        ...
