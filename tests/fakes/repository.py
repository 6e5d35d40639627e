"""A repository in memory: commits are dictionaries of files, in one line of history or several."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1

from stages.sources import FILE, SUBMODULE, SYMLINK, TreeChange, TreeEntry


@dataclass
class FakeRepository:
    """Commits by name; `commit` is the one being built. Content is text by path.

    A path with a value of ``-> TARGET`` is a symbolic link, one of ``=> COMMIT`` a submodule.
    """

    commits: dict[str, Mapping[str, str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    commit_time: int = 1_700_000_000
    blobs: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, files: Mapping[str, str], *, parent: str | None = None) -> str:
        """Commit *files* as *name* on *parent* (else the current commit) and check it out."""
        self.commits[name] = dict(files)
        self.parents[name] = self.commit if parent is None else parent
        self.commit = name
        return name

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return the files of *commit*, sorted by path."""
        files = self.commits[commit]
        return tuple(self._entry(path, files[path]) for path in sorted(files))

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Compare two commits path by path."""
        before = {entry.path: entry for entry in self.entries(since)}
        after = {entry.path: entry for entry in self.entries(until)}
        return tuple(
            TreeChange(path, before.get(path), after.get(path))
            for path in sorted({*before, *after})
            if before.get(path) != after.get(path)
        )

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Follow the parents of *descendant*."""
        while descendant:
            if descendant == ancestor:
                return True
            descendant = self.parents.get(descendant, "")
        return False

    def read_blobs(self, oids: Sequence[str]) -> Iterable[tuple[int, Iterable[bytes]]]:
        """Return each blob in one piece."""
        return ((len(self.blobs[oid]), (self.blobs[oid],)) for oid in oids)

    def _entry(self, path: str, text: str) -> TreeEntry:
        if text.startswith("=> "):
            return TreeEntry(path, SUBMODULE, text.removeprefix("=> "), 0)
        mode = SYMLINK if text.startswith("-> ") else FILE
        content = text.removeprefix("-> ").encode()
        oid = sha1(content, usedforsecurity=False).hexdigest()
        self.blobs[oid] = content
        return TreeEntry(path, mode, oid, len(content))
