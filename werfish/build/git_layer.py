"""Git content as the entries of a layer: everything of a commit, or what changed since another.

Pure, given the facts of the image below: parent folders keep what the image says of them, symbolic
links of the image are followed, an emptied folder goes only where the facts prove it empty.
"""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stages.mapping import GitMapping
from stages.sources import EXECUTABLE, SUBMODULE, SYMLINK, TreeChange, TreeEntry
from werfish.build.emptied import emptied_folders
from werfish.build.owners import Owner, owner_of
from werfish.oci.facts import ImageTree, folders_above, resolve
from werfish.oci.layer import EntryKind, LayerEntry

NEW_FOLDER_MODE = 0o755


class LayerDraft:
    """The entries of one layer while they are collected, against the image below.

    *mtime* is given to folders that the layer brings.
    """

    def __init__(self, tree: ImageTree, mtime: int) -> None:
        """Begin an empty layer on top of *tree*."""
        self._tree = tree
        self._mtime = mtime
        self._entries: dict[str, LayerEntry] = {}
        self._resolved: dict[str, str] = {}
        self._gone: set[str] = set()

    def leave(self, mapping: GitMapping, paths: Iterable[str]) -> None:
        """Expect that the tree's *paths* went away: a link among them is not followed any more."""
        for path in paths:
            self._gone.add(self._place_below(mapping, path))

    def entries(self) -> tuple[LayerEntry, ...]:
        """Return what was collected, sorted by path."""
        return tuple(self._entries[path] for path in sorted(self._entries))

    def put(self, mapping: GitMapping, entry: TreeEntry, owner: Owner, mtime: int) -> None:
        """Write *entry* of the tree where *mapping* wants it, last changed at *mtime*."""
        target = mapping.target(entry.path).strip("/")
        folder, name = posixpath.split(target)
        real_folder = self.folder(folder, mapping.to.strip("/"), owner)
        path = posixpath.join(real_folder, name)
        if entry.mode == SUBMODULE:
            self.folder(target, mapping.to.strip("/"), owner)
            return
        self._drop_below(path)
        self._entries[path] = _file(path, entry, owner, mtime)

    def folder(self, path: str, top: str, owner: Owner) -> str:
        """Make sure that folder *path* and its parents are in the layer; return its real path.

        Folders that the image has keep their attributes; new ones at or below *top*, the place of
        the mapping, belong to *owner*, other new ones to root.
        """
        if not path:
            return ""
        if path in self._resolved:
            return self._resolved[path]
        parent, name = posixpath.split(path)
        candidate = posixpath.join(self.folder(parent, top, owner), name)
        real = self._real_folder(candidate)
        if real != candidate:
            real = self.folder(real, top, owner)
        else:
            inside = path == top or path.startswith(top + "/") or not top
            self._add_folder(real, owner if inside else Owner())
        self._resolved[path] = real
        return real

    def remove(self, mapping: GitMapping, path: str) -> None:
        """Write that the tree's *path* went away, unless the layer brings it otherwise."""
        real = self._place_below(mapping, path)
        fact = self._tree.lookup(real)
        if fact is None or fact.kind is EntryKind.DIRECTORY or self._is_covered(real):
            return
        folder = posixpath.dirname(mapping.target(path).strip("/"))
        self.folder(folder, mapping.to.strip("/"), Owner())
        self._entries[real] = LayerEntry(real, EntryKind.WHITEOUT)

    def remove_emptied(self, mapping: GitMapping, folders: Iterable[str]) -> None:
        """Remove those of the tree's *folders* in which nothing is left."""
        places = [self._place_below(mapping, folder) for folder in folders]
        empty = emptied_folders(places, self._entries, self._tree)
        for path in [path for path in self._entries if not empty.isdisjoint(folders_above(path))]:
            del self._entries[path]
        self._entries.update({path: LayerEntry(path, EntryKind.WHITEOUT) for path in empty})

    def _place_below(self, mapping: GitMapping, path: str) -> str:
        """Return where the tree's *path* is in the image below."""
        folder, name = posixpath.split(mapping.target(path).strip("/"))
        return posixpath.join(resolve(folder, self._tree), name)

    def _is_covered(self, path: str) -> bool:
        entry = self._entries.get(path)
        if entry is not None and entry.kind is not EntryKind.WHITEOUT:
            return True
        while path := posixpath.dirname(path):
            entry = self._entries.get(path)
            if entry is not None and entry.kind is not EntryKind.DIRECTORY:
                return True
        return False

    def _drop_below(self, path: str) -> None:
        known = self._entries.get(path)
        if known is None or known.kind is not EntryKind.DIRECTORY:
            return  # what lies below a path is never in the layer without it
        for below in [known for known in self._entries if known.startswith(path + "/")]:
            del self._entries[below]

    def _real_folder(self, candidate: str) -> str:
        known = self._entries.get(candidate)
        if known is not None and known.kind is EntryKind.DIRECTORY:
            return candidate
        fact = self._tree.lookup(candidate)
        if fact is not None and fact.kind is EntryKind.SYMLINK and candidate not in self._gone:
            real = resolve(candidate, self._tree)
            leads_to = self._tree.lookup(real)
            if leads_to is None or leads_to.kind is EntryKind.DIRECTORY:
                return real
        return candidate

    def _add_folder(self, path: str, owner: Owner) -> None:
        known = self._entries.get(path)
        if known is not None and known.kind is EntryKind.DIRECTORY:
            return
        fact = self._tree.lookup(path)
        entry = LayerEntry(
            path, EntryKind.DIRECTORY, NEW_FOLDER_MODE, owner.uid, owner.gid, self._mtime
        )
        if fact is not None and fact.kind is EntryKind.DIRECTORY:
            entry = replace(entry, mode=fact.mode, uid=fact.uid, gid=fact.gid, mtime=fact.mtime)
        self._entries[path] = entry


@dataclass(frozen=True, slots=True)
class Content:
    """What one mapping brings: the *entries* of its commit, whose committer time is *mtime*.

    *changes* are those since the commit that the image below holds; ``None`` means that it holds
    none, and everything comes.
    """

    mapping: GitMapping
    entries: Sequence[TreeEntry]
    mtime: int
    changes: Sequence[TreeChange] | None = None


def archive_entries(contents: Sequence[Content], tree: ImageTree) -> tuple[LayerEntry, ...]:
    """Return the layer that brings everything that the mappings of *contents* select."""
    draft = LayerDraft(tree, _latest(contents))
    for content in contents:
        mapping = content.mapping
        owner = owner_of(mapping, tree)
        _place(draft, mapping, content.entries, owner)
        for entry in content.entries:
            if mapping.selects(entry.path):
                draft.put(mapping, entry, owner, content.mtime)
    return draft.entries()


def patch_entries(contents: Sequence[Content], tree: ImageTree) -> tuple[LayerEntry, ...]:
    """Return the layer of the changes of *contents*: what is now, and a whiteout for what went."""
    draft = LayerDraft(tree, _latest(contents))
    for content in contents:
        draft.leave(content.mapping, _left(content.changes or ()))
    for content in contents:
        changed = content.changes or ()
        owner = owner_of(content.mapping, tree) if changed else Owner()
        for change in changed:
            if change.after is not None:
                draft.put(content.mapping, change.after, owner, content.mtime)
    for content in contents:
        changed = content.changes or ()
        for path in _gone(changed):
            draft.remove(content.mapping, path)
        draft.remove_emptied(content.mapping, _emptied(content.mapping, changed, content.entries))
    return draft.entries()


def _latest(contents: Sequence[Content]) -> int:
    return max((content.mtime for content in contents), default=0)


def _gone(changed: Iterable[TreeChange]) -> tuple[str, ...]:
    return tuple(change.path for change in changed if change.after is None)


def _left(changed: Iterable[TreeChange]) -> tuple[str, ...]:
    """Return what is no link any more, should it have been one."""
    links = (change for change in changed if change.before and change.before.mode == SYMLINK)
    folders = tuple(
        change.path for change in links if change.after and change.after.mode == SUBMODULE
    )
    return (*_gone(changed), *folders)


def _place(
    draft: LayerDraft, mapping: GitMapping, entries: Sequence[TreeEntry], owner: Owner
) -> None:
    """Make the place of a folder mapping exist even where nothing is selected."""
    is_file = any(entry.path == mapping.tree_path for entry in entries)
    place = mapping.to.strip("/")
    if not is_file:
        draft.folder(place, place, owner)


def _emptied(
    mapping: GitMapping, changed: Sequence[TreeChange], entries: Sequence[TreeEntry]
) -> set[str]:
    """Return the folders, below the mapping's root, from which the last file went away.

    A submodule is a folder that holds nothing.
    """
    gone = _gone(changed)
    if not gone:
        return set()
    alive = {
        folder
        for entry in entries
        if mapping.selects(entry.path)
        for folder in _folders(entry.path)
    }
    emptied = {
        folder
        for path in gone
        for folder in _folders(path)
        if folder not in alive and mapping.relative(folder)
    }
    return emptied | {
        change.path
        for change in changed
        if change.before and change.before.mode == SUBMODULE and change.path not in alive
    }


def _folders(path: str) -> Iterable[str]:
    while path := posixpath.dirname(path):
        yield path


def _file(path: str, entry: TreeEntry, owner: Owner, mtime: int) -> LayerEntry:
    if entry.mode == SYMLINK:
        return LayerEntry(
            path, EntryKind.SYMLINK, 0o777, owner.uid, owner.gid, mtime, source=entry.oid
        )
    mode = 0o755 if entry.mode == EXECUTABLE else 0o644
    return LayerEntry(path, EntryKind.FILE, mode, owner.uid, owner.gid, mtime, source=entry.oid)
