"""What a layer holds, and in which order. Pure.

A layer, by the OCI image specification, is what is new and changed, and a ``.wh.NAME`` file for
what is gone.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter

from stages.light_dataclass import dataclass
from werfish.errors import PlacedError

WHITEOUT_PREFIX = ".wh."


class EntryKind(StrEnum):
    """What an entry of a layer is."""

    DIRECTORY = "directory"
    FILE = "file"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    WHITEOUT = "whiteout"


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One path of a layer.

    *path* is relative to the root, without slashes at its ends, already free of symbolic links in
    its folders. *mode* holds permission bits only (with setuid, setgid, sticky). *mtime* is in
    whole seconds. *source* says where a file's content is read (a git object id); an empty one is
    an empty file. *link* is a symbolic link's target; of a hard link, the path of the file that it
    is one more name of, which stands before it in the layer; it says the same of the file, for an
    engine applies that again. *attributes* are extended ones, sorted by name. A whiteout removes
    the path, whatever it is.
    """

    path: str
    kind: EntryKind
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    source: str = ""
    link: str = ""
    attributes: tuple[tuple[str, bytes], ...] = ()


class UnstorableNameError(PlacedError):
    """A layer cannot hold a file of this name: it would remove another file."""

    def __init__(self, path: str, doing: str = "write a layer", hint: str = "") -> None:
        """Name the *path*, and what was being done."""
        super().__init__(
            f'{doing}, file "{path}": names that begin with ".wh." mean a removal in images',
            hint=hint or "rename the file, or exclude it with excludePaths",
        )
        self.path = path

    def named(self, image: str) -> "UnstorableNameError":
        """Return this as an error of git content for *image*."""
        named = UnstorableNameError(self.path, f'image "{image}": write git content', self.hint)
        named.line = self.line
        return named


def is_storable(path: str) -> bool:
    """Whether no name in *path* means a removal."""
    return WHITEOUT_PREFIX not in path or f"/{WHITEOUT_PREFIX}" not in f"/{path}"


def ordered_entries(entries: Iterable[LayerEntry]) -> list[LayerEntry]:
    """Return *entries* in a layer's order: folders before what is in them, removals first."""
    placed = sorted(((_position(entry), entry) for entry in entries), key=itemgetter(0))
    for entry in (entry for _, entry in placed):
        _check(entry)
    for (before, _), (position, entry) in pairwise(placed):
        if before == position:
            raise ValueError(f'two entries for "{entry.path}"')
    ordered = [entry for _, entry in placed]
    _check_hard_links(ordered)
    return ordered


def _position(entry: LayerEntry) -> bytes:
    """Sort by folder and name, as bytes; in a folder, whiteouts come first.

    NUL is in no name and below all other bytes, so what is in a folder follows it directly.
    """
    folder, _, name = entry.path.rpartition("/")
    above = f"/{folder}".replace("/", "\0\1") if folder else ""
    mark = "\0\0" if entry.kind is EntryKind.WHITEOUT else "\0\1"
    return f"{above}{mark}{name}".encode("utf-8", "surrogateescape")


def _check_hard_links(ordered: Iterable[LayerEntry]) -> None:
    files: set[str] = set()
    for entry in ordered:
        if entry.kind is EntryKind.FILE:
            files.add(entry.path)
        elif entry.kind is EntryKind.HARDLINK and entry.link not in files:
            raise ValueError(f'"{entry.path}" links to "{entry.link}", which is no file before it')


def _check(entry: LayerEntry) -> None:
    path = entry.path
    if not path or path[0] == "/" or path[-1] == "/" or "\0" in path:
        raise ValueError(f'not a clean path for a layer: "{path}"')
    if "." in path:
        names = path.split("/")
        if not {".", ".."}.isdisjoint(names):
            raise ValueError(f'not a clean path for a layer: "{path}"')
        if not is_storable(path):
            raise UnstorableNameError(path)
