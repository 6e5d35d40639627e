"""The content of submodules, at the commits that the project records, from the clone's own stores.

A submodule's objects are in a repository of its own: in its folder of the work tree, or below
``.git/modules``. Nothing is fetched. One whose commit is in neither is an empty folder, as git
leaves it, and remains an entry of its own: without an id, since whatever it records is not there.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path, PurePosixPath

from stages.sources import SUBMODULE, TreeChange, TreeEntry
from werfish.git import objects
from werfish.git.command import bytes_of, run_git, text_of
from werfish.git.refs import has_commit
from werfish.git.tree import entries_at, entries_of


class Submodules:
    """The submodules of the clone at *root*; paths are relative to *prefix*, as for its trees.

    *homes* says of each blob that was listed where git finds it, if not in the clone itself.
    """

    def __init__(self, root: Path, prefix: str) -> None:
        """Read nothing yet."""
        self._root, self._prefix = root, prefix
        self.homes: dict[str, Path] = {}
        self._known: dict[tuple[Path, str, str, str], tuple[TreeEntry, ...] | None] = {}

    def expanded(self, entries: Sequence[TreeEntry], commit: str) -> tuple[TreeEntry, ...]:
        """Return *entries* of *commit* with the content of submodules, sorted by path bytes."""
        if not any(entry.mode == SUBMODULE for entry in entries):
            return tuple(entries)
        found = self._expanded(self._root, commit, self._prefix, entries)
        return tuple(sorted(found, key=lambda entry: bytes_of(entry.path)))

    def below(self, folder: str, commit: str) -> tuple[TreeEntry, ...]:
        """Return the entries of *commit* below *folder*, relative to it, with those of submodules.

        *folder* has a slash at its end, or is empty; it may be in a submodule.
        """
        found = entries_of(self._root, commit, self._prefix + folder)
        if found and not any(entry.mode == SUBMODULE for entry in found):
            return found
        whole = [replace(one, path=folder + one.path) for one in found if one.path]
        content = self.expanded(whole or self._above(folder, commit), commit)
        return tuple(
            replace(one, path=one.path.removeprefix(folder))
            for one in content
            if one.path.startswith(folder)
        )

    def _above(self, folder: str, commit: str) -> tuple[TreeEntry, ...]:
        """Return the submodule that *folder* lies in, if it lies in one."""
        steps = folder.split("/")
        ways = [self._prefix + "/".join(steps[:count]) for count in range(1, len(steps))]
        found = entries_at(self._root, commit, ways).values()
        return tuple(
            replace(one, path=one.path.removeprefix(self._prefix))
            for one in found
            if _is_module(one)
        )

    def read_blobs(self, oids: Sequence[str]) -> Generator[tuple[int, Iterable[bytes]], None, None]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        for root, inside in groupby(oids, lambda oid: self.homes.get(oid, self._root)):
            yield from objects.read_blobs(root, list(inside))

    def changed(
        self, changes: Sequence[TreeChange], since: str, until: str
    ) -> tuple[TreeChange, ...]:
        """Return *changes* with those of files in submodules, sorted by path bytes."""
        if not any(_is_module(change.before) or _is_module(change.after) for change in changes):
            return tuple(changes)
        before = self._side((change.before for change in changes), since)
        after = self._side((change.after for change in changes), until)
        return tuple(
            TreeChange(path, before.get(path), after.get(path))
            for path in sorted({*before, *after}, key=bytes_of)
            if before.get(path) != after.get(path)
        )

    def lacking(self, changes: Sequence[TreeChange], since: str, until: str) -> tuple[str, ...]:
        """Return the submodules among *changes* whose former content cannot be told.

        One that is an empty folder now was one before too: that is part of stages' digests.
        """
        return tuple(
            change.path
            for change in changes
            if _is_module(change.before)
            and self._is_empty(change.before, since)
            and not (_is_module(change.after) and self._is_empty(change.after, until))
        )

    def _side(self, entries: Iterable[TreeEntry | None], commit: str) -> Mapping[str, TreeEntry]:
        there = [entry for entry in entries if entry is not None]
        return {entry.path: entry for entry in self.expanded(there, commit)}

    def _is_empty(self, entry: TreeEntry | None, commit: str) -> bool:
        return entry is not None and any(
            one.mode == SUBMODULE and one.path == entry.path
            for one in self.expanded((entry,), commit)
        )

    def _expanded(
        self, root: Path, commit: str, prefix: str, entries: Iterable[TreeEntry]
    ) -> Iterator[TreeEntry]:
        for entry in entries:
            if entry.mode != SUBMODULE:
                yield entry
                continue
            content = self._content(root, commit, prefix + entry.path, entry.oid)
            if content is None:
                yield replace(entry, oid="")
                continue
            for one in content:
                yield replace(one, path=f"{entry.path}/{one.path}")

    def _content(
        self, root: Path, commit: str, path: str, oid: str
    ) -> tuple[TreeEntry, ...] | None:
        key = (root, commit, path, oid)
        if key not in self._known:
            store = store_of(root, commit, path, oid)
            self._known[key] = None if store is None else self._listed(store, oid)
        return self._known[key]

    def _listed(self, store: Path, commit: str) -> tuple[TreeEntry, ...]:
        entries = entries_of(store, commit, with_sizes=True)
        self.homes |= {entry.oid: store for entry in entries if entry.mode != SUBMODULE}
        return tuple(self._expanded(store, commit, "", entries))


def store_of(root: Path, commit: str, path: str, oid: str) -> Path | None:
    """Return where git finds commit *oid* of the submodule at *path* of *commit* in *root*."""
    return next((store for store in _stores(root, commit, path) if has_commit(store, oid)), None)


def _stores(root: Path, commit: str, path: str) -> Iterator[Path]:
    if (root / path / ".git").exists():
        yield root / path
    folders = run_git(root, "rev-parse", "--git-dir", "--git-common-dir").stdout
    for folder in dict.fromkeys(text_of(folders).splitlines()):
        for name in _names(root, commit, path):
            store = root / folder / "modules" / name
            if (store / "HEAD").exists():
                yield store


def _names(root: Path, commit: str, path: str) -> Iterator[str]:
    """Yield the names that ``.gitmodules`` of *commit* gives to *path*; none leads elsewhere."""
    wanted = ("--get-regexp", r"^submodule\..*\.path$")
    done = run_git(
        root, "config", "--null", "--blob", f"{commit}:.gitmodules", *wanted, codes=(0, 1, 128)
    )
    for record in text_of(done.stdout).split("\0"):
        key, _, value = record.partition("\n")
        name = key.removeprefix("submodule.").removesuffix(".path")
        is_inside = not name.startswith("/") and ".." not in PurePosixPath(name).parts
        if value == path and name and is_inside:
            yield name


def _is_module(entry: TreeEntry | None) -> bool:
    return entry is not None and entry.mode == SUBMODULE
