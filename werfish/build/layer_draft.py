"""The entries of one layer while they are collected, against the image below.

Pure, given the facts of that image: parent folders keep what it says of them, its symbolic links
are followed, an emptied folder goes only where the facts prove it empty.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import replace

from stages.mapping import GitMapping
from stages.sources import EXECUTABLE, SUBMODULE, SYMLINK, TreeEntry
from werfish.build.emptied import emptied_folders
from werfish.build.in_the_way import InTheWayError, Origin, file_over_folder
from werfish.build.owners import Owner
from werfish.oci.facts import ImageTree, folders_above, resolve
from werfish.oci.layer import EntryKind, LayerEntry, UnstorableNameError, is_storable

NEW_FOLDER_MODE = 0o755


class LayerDraft:
    """The entries of one layer while they are collected, against the image below.

    *mtime* is given to folders that the layer brings. ``origins`` are those of its git files, by
    path.
    """

    def __init__(self, tree: ImageTree, mtime: int) -> None:
        """Begin an empty layer on top of *tree*."""
        self._tree = tree
        self._mtime = mtime
        self._entries: dict[str, LayerEntry] = {}
        self._resolved: dict[str, str] = {}
        self._gone: set[str] = set()
        self.origins: dict[str, Origin] = {}

    def leave(self, mapping: GitMapping, paths: Iterable[str]) -> None:
        """Expect that the tree's *paths* went away: a link among them is not followed any more."""
        for path in paths:
            self._gone.add(self._place_below(mapping, path))

    def entries(self) -> tuple[LayerEntry, ...]:
        """Return what was collected, sorted by path."""
        return tuple(self._entries[path] for path in sorted(self._entries))

    def put(self, mapping: GitMapping, entry: TreeEntry, owner: Owner, mtime: int) -> None:
        """Write *entry* of the tree where *mapping* wants it, last changed at *mtime*.

        `InTheWayError` where a file is to be the root of the image, or what comes from git is
        to be both a file and a folder; `UnstorableNameError` where no layer can hold its name.
        """
        target = mapping.target(entry.path).strip("/")
        folder, name = posixpath.split(target)
        real_folder = self.folder(folder, mapping.to.strip("/"), owner)
        path = posixpath.join(real_folder, name)
        if entry.mode == SUBMODULE:
            self.folder(target, mapping.to.strip("/"), owner)
            return
        if not path:
            raise file_over_folder(path, Origin(mapping, entry.path))
        if not is_storable(path):
            hint = "" if is_storable(mapping.to) else "correct git.to"
            raise UnstorableNameError(path, hint=hint)
        known = self._entries.get(path)
        if known is not None and known.kind is EntryKind.DIRECTORY:
            raise _both(path)
        self._entries[path] = _file(path, entry, owner, mtime)
        self.origins[path] = Origin(mapping, entry.path)

    def bring(self, path: str, entry: LayerEntry) -> None:
        """Write *entry*, whatever its own path is, at *path*, where that lies in the image.

        Folders above that are new belong to root. A folder takes the attributes of *entry*, and
        what is in it stays.
        """
        if entry.kind is EntryKind.DIRECTORY:
            real = self.folder(path, path, Owner())
            if real:  # the root of an image is in no layer
                self._entries[real] = replace(entry, path=real)
            return
        folder, name = posixpath.split(path)
        self._put(replace(entry, path=posixpath.join(self.folder(folder, folder, Owner()), name)))

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

    def _put(self, entry: LayerEntry) -> None:
        """Let *entry*, which is no folder, take its place; a folder there goes with all in it."""
        known = self._entries.get(entry.path)
        if known is not None and known.kind is EntryKind.DIRECTORY:
            # What lies below a path is never in the layer without it.
            for below in [path for path in self._entries if path.startswith(f"{entry.path}/")]:
                del self._entries[below]
            self._resolved.clear()
        self._entries[entry.path] = entry

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
        if path in self.origins:
            raise _both(path)
        fact = self._tree.lookup(path)
        entry = LayerEntry(
            path, EntryKind.DIRECTORY, NEW_FOLDER_MODE, owner.uid, owner.gid, self._mtime
        )
        if fact is not None and fact.kind is EntryKind.DIRECTORY:
            entry = replace(entry, mode=fact.mode, uid=fact.uid, gid=fact.gid, mtime=fact.mtime)
        self._entries[path] = entry


def _both(path: str) -> InTheWayError:
    return InTheWayError(
        path,
        "is a file by one mapping and a folder by another",
        hint="correct git.to, or leave one of them out with excludePaths",
    )


def _file(path: str, entry: TreeEntry, owner: Owner, mtime: int) -> LayerEntry:
    if entry.mode == SYMLINK:
        return LayerEntry(
            path, EntryKind.SYMLINK, 0o777, owner.uid, owner.gid, mtime, source=entry.oid
        )
    mode = 0o755 if entry.mode == EXECUTABLE else 0o644
    return LayerEntry(path, EntryKind.FILE, mode, owner.uid, owner.gid, mtime, source=entry.oid)
