"""Which folders a patch leaves empty, so that they go as git lets them go. Pure.

A folder goes only where the facts of the image below prove that nothing else is in it: what the
user's instructions put there stays, with the folders above it. Each path is looked at once.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from werfish.oci.facts import ImageTree, folders_above
from werfish.oci.layer import EntryKind, LayerEntry


def emptied_folders(
    candidates: Iterable[str], entries: Mapping[str, LayerEntry], tree: ImageTree
) -> set[str]:
    """Return those of the *candidates* that are empty in *tree* under a layer of *entries*.

    Of folders in each other only the outermost is returned.
    """
    folders = {path for path in candidates if path and _is_folder(path, tree)}
    occupied: set[str] = set()
    below = chain.from_iterable(tree.names_below(path) for path in _outermost(folders))
    for path in chain(below, _brought(entries)):
        if path not in folders and not _is_removed(path, entries):
            occupied.update(folders_above(path))
    return _outermost(folders - occupied)


def _is_folder(path: str, tree: ImageTree) -> bool:
    fact = tree.lookup(path)
    return fact is not None and fact.kind is EntryKind.DIRECTORY


def _brought(entries: Mapping[str, LayerEntry]) -> Iterable[str]:
    kinds = (EntryKind.FILE, EntryKind.SYMLINK)
    return (path for path, entry in entries.items() if entry.kind in kinds)


def _is_removed(path: str, entries: Mapping[str, LayerEntry]) -> bool:
    above = (entries.get(name) for name in (path, *folders_above(path)))
    return any(entry is not None and entry.kind is EntryKind.WHITEOUT for entry in above)


def _outermost(folders: set[str]) -> set[str]:
    return {path for path in folders if folders.isdisjoint(folders_above(path))}
