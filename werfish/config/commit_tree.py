"""A folder of a commit as a tree of files: its entries, and a function that reads blobs."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from stages.sources import SUBMODULE, SYMLINK, TreeEntry
from werfish.config.tree import Kind

Blobs = Callable[[Sequence[str]], Iterable[tuple[int, Iterable[bytes]]]]
"""Gives the size and the content, in pieces, of each object id."""


class CommitTree:
    """What the *entries* of a commit describe; it satisfies `werfish.config.tree.FileTree`.

    A submodule that is left among them is an empty folder, as in a clone that does not fetch it.
    """

    def __init__(self, entries: Iterable[TreeEntry], read_blobs: Blobs) -> None:
        """Take *entries*, whose paths are relative to the root, and *read_blobs* for content."""
        self._entries = {entry.path: entry for entry in entries}
        self._read_blobs = read_blobs
        self._folders = _folders_of(self._entries)

    def kind(self, path: str) -> Kind:
        """Return what is at *path*."""
        entry = self._entries.get(path)
        if entry is None:
            return Kind.FOLDER if path in self._folders else Kind.ABSENT
        if entry.mode == SYMLINK:
            return Kind.LINK
        return Kind.FOLDER if entry.mode == SUBMODULE else Kind.FILE

    def target(self, path: str) -> str:
        """Return where the link at *path* points."""
        (content,) = self.contents([path])
        return content.decode("utf-8", "surrogateescape")

    def children(self, path: str) -> Sequence[tuple[str, Kind]]:
        """Return the names and kinds in the folder at *path*."""
        prefix = f"{path}/" if path else ""
        names = sorted(self._folders.get(path, ()))
        return [(name, self.kind(f"{prefix}{name}")) for name in names]

    def contents(self, paths: Sequence[str]) -> Iterator[bytes]:
        """Yield the content of each of *paths*, read by one git for all of them."""
        oids = [self._entries[path].oid for path in paths]
        return (b"".join(content) for _, content in self._read_blobs(oids))


def _folders_of(paths: Iterable[str]) -> dict[str, set[str]]:
    folders: dict[str, set[str]] = {"": set()}
    for path in paths:
        while path:
            folder, _, name = path.rpartition("/")
            known = folder in folders
            folders.setdefault(folder, set()).add(name)
            if known:
                break
            path = folder  # noqa: PLW2901 - upwards, until a folder is known
    return folders
