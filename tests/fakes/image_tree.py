"""The files of an image in memory: layers are applied to it as a container engine does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from werfish.oci.facts import Fact
from werfish.oci.image_files import ImageFile
from werfish.oci.layer import EntryKind, LayerEntry

FOLDER = Fact(EntryKind.DIRECTORY, 0o755, 0, 0, 0)
FILE = Fact(EntryKind.FILE, 0o644, 0, 0, 0)


def link(target: str) -> Fact:
    """Return a symbolic link to *target*."""
    return Fact(EntryKind.SYMLINK, 0o777, 0, 0, 0, target)


@dataclass
class FakeImageTree:
    """Facts by path; *sources* says which content a file has, *contents* that of readable ones.

    *same_as* says of further names of a file which one it is, *attributes* are extended ones.
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, tuple[tuple[str, bytes], ...]] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)

    def lookup(self, path: str) -> Fact | None:
        """Return the fact at *path*; the root is a folder."""
        return FOLDER if not path else self.facts.get(path)

    def names_below(self, path: str) -> Iterable[str]:
        """Return the paths below *path*."""
        start = f"{path}/" if path else ""
        return [name for name in sorted(self.facts) if name.startswith(start)]

    def read(self, path: str) -> bytes | None:
        """Return the content of a readable file."""
        return self.contents.get(self.same_as.get(path, path))

    def stream(self, path: str) -> Iterator[ImageFile]:
        """Yield what is at *path* and below, as a walk through folders meets it."""
        below = [name for name in self.facts if not path or name.startswith(f"{path}/")]
        top = [path] if self.lookup(path) else []
        came: dict[str, str] = {}
        for name in [*top, *sorted(below, key=lambda name: name.split("/"))]:
            inode = self.same_as.get(name, name)
            relative = name[len(path) :].strip("/")
            yield ImageFile(
                relative,
                None if name in self.special else self.lookup(name),
                () if inode in came else (self.contents.get(inode, b""),),
                came.get(inode, ""),
                self.attributes.get(inode, ()),
            )
            came.setdefault(inode, relative)

    def apply(self, entries: Sequence[LayerEntry]) -> None:
        """Put a layer on top: removals first, then what it brings, parents before children."""
        for entry in entries:
            if entry.kind is EntryKind.WHITEOUT:
                self._remove(entry.path)
        for entry in entries:
            if entry.kind is EntryKind.WHITEOUT:
                continue
            known = self.facts.get(entry.path)
            if known is None or {known.kind, entry.kind} != {EntryKind.DIRECTORY}:
                self._remove(entry.path)
            is_name = entry.kind is EntryKind.HARDLINK
            self.facts[entry.path] = Fact(
                EntryKind.FILE if is_name else entry.kind,
                entry.mode,
                entry.uid,
                entry.gid,
                entry.mtime,
                "" if is_name else entry.link,
            )
            self.sources[entry.path] = entry.source
            if is_name:
                self.same_as[entry.path] = self.same_as.get(entry.link, entry.link)
            if entry.attributes:
                self.attributes[entry.path] = entry.attributes

    def files(self) -> dict[str, str]:
        """Return what every file and link holds, by path."""
        return {
            path: self.sources.get(path, "")
            for path, fact in self.facts.items()
            if fact.kind is not EntryKind.DIRECTORY
        }

    def _remove(self, path: str) -> None:
        for name in [path, *self.names_below(path)]:
            self.facts.pop(name, None)
            self.sources.pop(name, None)
            self.same_as.pop(name, None)
            self.attributes.pop(name, None)
