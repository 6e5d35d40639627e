"""The empty folders that mounting left in a layer, removed by the next one. Pure.

A container engine makes a folder for each mount that has no place in the image, and keeps it: the
layer of the instructions has it, with the folders above it that were missing too (measured with
Docker 20.10 on overlay2). A folder that the image had is neither emptied nor changed by a mount.
"""

from collections.abc import Iterable

from werfish.build.emptied import emptied_folders
from werfish.oci.facts import ImageTree, folders_above, resolve
from werfish.oci.layer import EntryKind, LayerEntry


def without_mount_points(
    places: Iterable[str], before: ImageTree, after: ImageTree
) -> tuple[LayerEntry, ...]:
    """Return the layer on *after* that removes what mounting at *places* left on *before*.

    What instructions put beside a mount stays, with the folders above it.
    """
    made = {path for place in places for path in _missing(place, before)}
    files = {path: LayerEntry(path, EntryKind.WHITEOUT) for path in made if _is_file(path, after)}
    gone = {**files, **_whiteouts(emptied_folders(sorted(made), files, after))}
    left = {path: one for path, one in gone.items() if gone.keys().isdisjoint(folders_above(path))}
    above = {folder for path in left for folder in folders_above(path)}
    return tuple(sorted((*_folders(above, after), *left.values()), key=lambda entry: entry.path))


def _missing(place: str, tree: ImageTree) -> list[str]:
    """Return what was not there of the way to *place*, all of it."""
    path = resolve(place, tree)
    return [one for one in (*folders_above(path), path) if tree.lookup(one) is None]


def _is_file(path: str, tree: ImageTree) -> bool:
    """Whether *path* is the empty file for a file that was mounted."""
    fact = tree.lookup(path)
    is_file = fact is not None and fact.kind is EntryKind.FILE
    return is_file and tree.read(path) == b""


def _whiteouts(paths: Iterable[str]) -> dict[str, LayerEntry]:
    return {path: LayerEntry(path, EntryKind.WHITEOUT) for path in paths}


def _folders(paths: Iterable[str], tree: ImageTree) -> Iterable[LayerEntry]:
    """Write the folders above as they are: a layer that leaves them out would reset them."""
    for path in paths:
        fact = tree.lookup(path)
        if fact is not None:
            yield LayerEntry(path, fact.kind, fact.mode, fact.uid, fact.gid, fact.mtime)
