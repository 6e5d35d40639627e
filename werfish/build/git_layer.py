"""Git content as the entries of a layer: everything of a commit, or what changed since another.

Pure, given the facts of the image below.
"""

import posixpath
from collections.abc import Iterable, Sequence

from stages.light_dataclass import dataclass
from stages.mapping import GitMapping
from stages.sources import SUBMODULE, SYMLINK, TreeChange, TreeEntry
from werfish.build.in_the_way import InTheWayError, require_nothing_in_the_way
from werfish.build.layer_draft import LayerDraft
from werfish.build.owners import Owner, owner_of
from werfish.build.placed import placed_at
from werfish.oci.facts import ImageTree
from werfish.oci.layer import LayerEntry


@dataclass(frozen=True, slots=True)
class Content:
    """What one mapping brings: the *entries* of the commit that it adds.

    *mtime* is the commit's committer time. *changes* are those since the commit that the image
    below holds; ``None`` means that it holds none, and everything comes.
    """

    mapping: GitMapping
    entries: Sequence[TreeEntry]
    mtime: int
    changes: Sequence[TreeChange] | None = None


def archive_entries(contents: Sequence[Content], tree: ImageTree) -> tuple[LayerEntry, ...]:
    """Return the layer that brings everything that the mappings of *contents* select.

    `InTheWayError` where that would destroy what the image below has.
    """
    _require_room(contents)
    draft = LayerDraft(tree, _latest(contents))
    for content in contents:
        mapping = content.mapping
        owner = owner_of(mapping, tree)
        _place(draft, mapping, content.entries, owner)
        with placed_at(mapping.line):
            for entry in content.entries:
                if mapping.selects(entry.path):
                    draft.put(mapping, entry, owner, content.mtime)
    entries = draft.entries()
    require_nothing_in_the_way(entries, tree, draft.origins)
    return entries


def patch_entries(contents: Sequence[Content], tree: ImageTree) -> tuple[LayerEntry, ...]:
    """Return the layer of the changes of *contents*: what is now, and a whiteout for what went.

    `InTheWayError` where one mapping would destroy what another brings.
    """
    _require_room(contents)
    draft = LayerDraft(tree, _latest(contents))
    for content in contents:
        draft.leave(content.mapping, _left(content.changes or ()))
    for content in contents:
        changed = content.changes or ()
        owner = owner_of(content.mapping, tree) if changed else Owner()
        with placed_at(content.mapping.line):
            for change in changed:
                if change.after is not None:
                    draft.put(content.mapping, change.after, owner, content.mtime)
    places = {content.mapping.to.strip("/") for content in contents}
    for content in contents:
        mapping, changed = content.mapping, content.changes or ()
        for path in _gone(changed):
            draft.remove(mapping, path)
        emptied = _emptied(mapping, changed, content.entries)
        left = [folder for folder in emptied if mapping.target(folder).strip("/") not in places]
        draft.remove_emptied(mapping, left)
    return draft.entries()


def _require_room(contents: Sequence[Content]) -> None:
    """Check that no file of one mapping lies where another one has a folder for its place.

    All is looked at that mappings bring, whether it changed or not: a patch says the same as
    everything anew. The place itself the other mapping leaves out, by configuration.
    """
    for other in contents:
        places = {
            folder: one.mapping.to
            for one in contents
            if one is not other and one.entries and _is_above(other, one)
            for folder in _folders(one.mapping.to.strip("/"))
        }
        if not places:
            continue
        for entry in other.entries:
            if entry.mode == SUBMODULE or other.mapping.relative(entry.path) is None:
                continue
            path = other.mapping.target(entry.path).strip("/")
            if path in places and other.mapping.selects(entry.path):
                raise InTheWayError(
                    path,
                    f'is the file "{entry.path}" by one mapping, and a folder for '
                    f"git.to: {places[path]} by another",
                    hint="correct git.to, or leave the file out with excludePaths",
                    line=other.mapping.line,
                )


def _is_above(other: Content, one: Content) -> bool:
    top = other.mapping.to.strip("/")
    return not top or f"{one.mapping.to.strip('/')}/".startswith(f"{top}/")


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
