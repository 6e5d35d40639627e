"""Files of other images as the entries of a layer.

Pure, given the facts of the image below. A folder's content is merged into its place, as ``rsync
--archive`` merges: folders take the attributes that they have in the source, symbolic links of the
image that lead to folders are followed, and a file does not replace a folder that holds something.
"""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from stages.imports import Import
from stages.kinds.imports import import_name
from stages.light_dataclass import dataclass
from werfish.build.layer_draft import LayerDraft
from werfish.build.owners import given_numbers
from werfish.build.placed import placed_at
from werfish.errors import PlacedError
from werfish.oci.facts import Fact, ImageTree, resolve
from werfish.oci.layer import EntryKind, LayerEntry, ordered_entries


@dataclass(frozen=True, slots=True)
class TakenFile:
    """One path of a source: *path* is relative to what is imported, empty for that itself.

    *source* says where the content of a file is read; names of one file have the same.
    """

    path: str
    fact: Fact
    source: str = ""
    attributes: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the import *one* brings: itself first, then what is below, folders before files."""

    one: Import
    files: tuple[TakenFile, ...]

    @property
    def is_folder(self) -> bool:
        """Whether a folder is merged into its place."""
        return self.files[0].fact.kind is EntryKind.DIRECTORY


class FileInTheWayError(PlacedError):
    """An import brings a folder where the image has a file."""

    def __init__(self, one: Import) -> None:
        """Name the import."""
        super().__init__(
            f'import "{import_name(one)}": "{one.to}" is a file in the image, and a folder comes',
            hint="import to another place, or remove what is there in an earlier stage",
        )
        self.line = one.line


class FolderInTheWayError(PlacedError):
    """An import brings a file where the image has a folder that holds something."""

    def __init__(self, one: Import, path: str) -> None:
        """Name the import, and the *path* in the image."""
        super().__init__(
            f'import "{import_name(one)}": "/{path}" is a folder in the image, and no folder comes',
            hint="import to another place, or remove the folder in an earlier stage",
        )
        self.path = path
        self.line = one.line


def import_entries(taken: Sequence[Taken], tree: ImageTree) -> tuple[LayerEntry, ...]:
    """Return the layer that brings what was *taken* into the image *tree*, one after the other."""
    draft = LayerDraft(tree, max(each.files[0].fact.mtime for each in taken))
    real = cache(lambda folder: resolve(folder, tree))
    for each in taken:
        if each.is_folder and not _is_free(resolve(each.one.to.strip("/"), tree), tree):
            raise FileInTheWayError(each.one)
        for path, entry in _placed(each, tree):
            if entry.kind is not EntryKind.DIRECTORY:
                folder, name = posixpath.split(path)
                _require_no_folder(each.one, posixpath.join(real(folder), name), tree)
            draft.bring(path, entry)
    return with_hard_links(draft.entries())


def with_hard_links(entries: Iterable[LayerEntry]) -> tuple[LayerEntry, ...]:
    """Return *entries* in order, where files of one source are names of the first of them."""
    first: dict[tuple[object, ...], str] = {}
    return tuple(_linked(entry, first) for entry in ordered_entries(entries))


def _linked(entry: LayerEntry, first: dict[tuple[object, ...], str]) -> LayerEntry:
    if entry.kind is not EntryKind.FILE or not entry.source:
        return entry
    file = (entry.source, entry.mode, entry.uid, entry.gid, entry.mtime)
    leader = first.setdefault(file, entry.path)
    if leader == entry.path:
        return entry
    return replace(entry, kind=EntryKind.HARDLINK, source="", link=leader)


def _placed(taken: Taken, tree: ImageTree) -> Iterator[tuple[str, LayerEntry]]:
    """Yield where each path lands, and the entry of it, by the path in the source."""
    one = taken.one
    place = one.to.strip("/")
    if not taken.is_folder and _is_folder(place, tree):
        place = posixpath.join(place, posixpath.basename(one.add))
    with placed_at(one.line):
        uid, gid = given_numbers(one.owner, one.group, f'import "{import_name(one)}"', tree)
    for file in taken.files:
        fact = file.fact
        yield (
            posixpath.join(place, file.path).rstrip("/"),
            LayerEntry(
                file.path,
                fact.kind,
                fact.mode,
                fact.uid if uid is None else uid,
                fact.gid if gid is None else gid,
                fact.mtime,
                file.source,
                fact.link,
                file.attributes,
            ),
        )


def _is_folder(path: str, tree: ImageTree) -> bool:
    fact = tree.lookup(resolve(path, tree))
    return fact is not None and fact.kind is EntryKind.DIRECTORY


def _is_free(path: str, tree: ImageTree) -> bool:
    fact = tree.lookup(path)
    return fact is None or fact.kind is EntryKind.DIRECTORY


def _require_no_folder(one: Import, path: str, tree: ImageTree) -> None:
    fact = tree.lookup(path)
    if fact is not None and fact.kind is EntryKind.DIRECTORY and any(tree.names_below(path)):
        raise FolderInTheWayError(one, path)
