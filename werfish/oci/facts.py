"""What a layer must know of the image below it. Pure: the reading is a backend's.

A layer that leaves out its parent folders, or writes them with attributes of its own, resets
them; one that writes below ``bin`` where the image has ``bin -> usr/bin`` replaces the link. So
every parent folder is looked up, with symbolic links followed inside the image.
"""

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from stages.light_dataclass import dataclass
from werfish.errors import BuildError
from werfish.oci.layer import EntryKind

MOST_LINKS = 40
"""How many symbolic links one path may lead through, as in Linux."""


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


class LinkLoopError(BuildError):
    """A path of the image leads through symbolic links without end."""

    def __init__(self, path: str) -> None:
        """Name the *path* as it was asked for."""
        super().__init__(f'resolve "/{path}" in the image: too many symbolic links')
        self.path = path


def resolve(path: str, tree: ImageTree) -> str:
    """Return where *path* lies in *tree*, all symbolic links followed; empty for the root.

    Links are followed as a kernel would with the image as root: absolute targets start there, and
    ``..`` does not lead out of it. What does not exist stays as it is written.
    """
    done: list[str] = []
    todo = deque(path.split("/"))
    links = 0
    while todo:
        name = todo.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            done = done[:-1]
            continue
        fact = tree.lookup("/".join([*done, name]))
        if fact is None or fact.kind is not EntryKind.SYMLINK:
            done.append(name)
            continue
        links += 1
        if links > MOST_LINKS:
            raise LinkLoopError(path)
        done = [] if fact.link.startswith("/") else done
        todo.extendleft(reversed(fact.link.split("/")))
    return "/".join(done)


def folders_above(path: str) -> tuple[str, ...]:
    """Return the folders above *path*, outermost first, without the root."""
    names = path.split("/")[:-1]
    return tuple("/".join(names[: count + 1]) for count in range(len(names)))
