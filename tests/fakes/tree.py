"""The files of an image in memory: layers are applied as an image store would apply them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from werfish.oci.facts import Fact, folders_above, resolve
from werfish.oci.layer import EntryKind, LayerEntry

FOLDER = Fact(EntryKind.DIRECTORY, 0o755, 0, 0, 0)


@dataclass
class FakeTree:
    """A file system of facts and contents; it satisfies `ImageTree`. *asked* counts look-ups."""

    facts: dict[str, Fact] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, files: Mapping[str, str]) -> "FakeTree":
        """Make a tree: ``{"a/": ""}`` is a folder, ``-> target`` a link, else a content."""
        tree = cls()
        for path, content in files.items():
            tree.put(path, content)
        return tree

    def put(self, path: str, content: str) -> None:
        """Add one path in the notation of `of`; its folders are made."""
        name = path.rstrip("/")
        for folder in folders_above(name):
            self.facts.setdefault(folder, FOLDER)
        if path.endswith("/"):
            self.facts[name] = FOLDER
        elif content.startswith("-> "):
            self.facts[name] = Fact(EntryKind.SYMLINK, 0o777, 0, 0, 0, content[3:])
        else:
            self.facts[name] = Fact(EntryKind.FILE, 0o644, 0, 0, 0)
            self.contents[name] = content.encode()

    def apply(self, entries: Sequence[LayerEntry], contents: Mapping[str, bytes]) -> "FakeTree":
        """Return the tree with a layer on top; *contents* is by the entries' sources."""
        tree = FakeTree(dict(self.facts), dict(self.contents))
        whiteouts_first = sorted(entries, key=lambda entry: entry.kind is not EntryKind.WHITEOUT)
        for entry in sorted(whiteouts_first, key=lambda entry: entry.path):
            if entry.kind is not EntryKind.DIRECTORY:
                tree.remove(entry.path)
            if entry.kind is not EntryKind.WHITEOUT:
                mode = 0o777 if entry.kind is EntryKind.SYMLINK else entry.mode
                attributes = (mode, entry.uid, entry.gid, entry.mtime, entry.link)
                tree.facts[entry.path] = Fact(entry.kind, *attributes)
            if entry.kind is EntryKind.FILE:
                tree.contents[entry.path] = contents.get(entry.source, b"")
        return tree

    def remove(self, path: str) -> None:
        """Remove *path* and all below it."""
        for known in [*self.facts]:
            if known == path or known.startswith(f"{path}/"):
                self.facts.pop(known)
                self.contents.pop(known, None)

    def lookup(self, path: str) -> Fact | None:
        """Return what is at *path*."""
        self.asked.append(path)
        return self.facts.get(path)

    stat = lookup

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below *path*."""
        return sorted(known for known in self.facts if known.startswith(f"{path}/"))

    def read(self, path: str) -> bytes | None:
        """Return a file's content, links followed."""
        return self.contents.get(resolve(path, self))
