"""What the stages must be told from outside: trees of commits, and what changed between them.

Paths are text; bytes that are not UTF-8 are kept by Python's ``surrogateescape``.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from stages.light_dataclass import dataclass

FILE = 0o100644
EXECUTABLE = 0o100755
SYMLINK = 0o120000
SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file, symbolic link or submodule of a commit: git's mode and object id.

    *size* is in bytes where changes are told (0 for a submodule); listings leave it at 0, since git
    opens every object to tell it. A submodule whose content is there is not an entry of its own:
    its files are.
    """

    path: str
    mode: int
    oid: str
    size: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TreeChange:
    """A path that differs between two commits: what is there *before* and *after*, or ``None``."""

    path: str
    before: TreeEntry | None
    after: TreeEntry | None


class Repository(Protocol):
    """The commit that is being built, and the history below it."""

    @property
    def commit(self) -> str:
        """The full id of the commit that is being built."""
        ...

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit*, sorted by the bytes of its path."""
        ...

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs from commit *since* to *until*, sorted by the bytes of the path."""
        ...


Repositories = Mapping[str, Repository]
"""By key; the project's own has the empty one."""


class OtherImages(Protocol):
    """The project's other images, as far as a digest depends on them."""

    @property
    def place(self) -> str:
        """The repository that their stages are in; empty where they are the daemon's."""
        ...

    def identity(self, image: str, stage: str = "") -> str:
        """Return what *image* holds after *stage*, else after its last one: a digest of it.

        A stage that the image does not have stands for its last one, as in werf.
        """
        ...


class BaseImages(Protocol):
    """What tags of registries stand for now; asked only for bases that are followed."""

    def digest(self, reference: str) -> str:
        """Return the digest of the manifest that *reference* stands for now."""
        ...


class NoBaseImages:
    """No base is followed."""

    def digest(self, reference: str) -> str:
        """Refuse: nobody may ask."""
        raise KeyError(reference)


class NoOtherImages:
    """There is only one image."""

    place = ""

    def identity(self, image: str, stage: str = "") -> str:
        """Refuse: nobody may ask."""
        raise KeyError(f"{image}/{stage}")


def entries_in(entries: Sequence[TreeEntry], path: str) -> Sequence[TreeEntry]:
    """Return those of *entries* that are *path* or lie in it; an empty path is the root.

    They are sorted by the bytes of their paths, so that few of them are looked at.

    >>> tree = [TreeEntry(name, 0o100644, "") for name in ("a", "b-", "b/c", "b/d", "b0", "c")]
    >>> [one.path for one in entries_in(tree, "b")], [one.path for one in entries_in(tree, "c")]
    (['b/c', 'b/d'], ['c'])
    """
    if not path:
        return entries
    start = _bytes_of(path)
    own = bisect_left(entries, start, key=_place)
    if own < len(entries) and entries[own].path == path:
        return entries[own : own + 1]
    first = bisect_left(entries, start + b"/", lo=own, key=_place)
    return entries[first : bisect_left(entries, start + b"0", lo=first, key=_place)]


def _place(entry: TreeEntry) -> bytes:
    return _bytes_of(entry.path)


def _bytes_of(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
