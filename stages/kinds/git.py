"""The stages that bring git content: the archive, the big patch, the latest patch."""

from collections.abc import Iterable, Mapping, Sequence

from stages.digest import Part
from stages.image import ImageSpec
from stages.mapping import GitMapping
from stages.sources import SUBMODULE, Repositories, TreeChange, TreeEntry
from stages.stage import StageName

CACHE_STEP = 1024 * 1024
"""A patch of this many bytes gets a stage of its own (werf's 1 MiB)."""


def mapping_name(mapping: GitMapping) -> str:
    """Return how people know *mapping*: where from and where to."""
    return f"{mapping.repository}{mapping.add} -> {mapping.to}"


def dependency_globs(mapping: GitMapping, name: StageName) -> tuple[str, ...]:
    """Return the stage dependencies of *mapping* for stage *name*."""
    dependencies = mapping.stage_dependencies
    return {
        StageName.INSTALL: dependencies.install,
        StageName.BEFORE_SETUP: dependencies.before_setup,
        StageName.SETUP: dependencies.setup,
    }.get(name, ())


def archive_parts(image: ImageSpec) -> tuple[Part, ...]:
    """Return the parts of ``gitArchive``: the mappings, not what lies in them.

    The content is that of a commit, which the stage records; only stages of ancestors count.
    """
    return tuple(
        Part(kind, mapping_name(mapping), value)
        for mapping in image.mappings
        for kind, value in (
            ("mapping", f"{mapping.repository}\n{mapping.add}\n{mapping.to}"),
            ("includePaths", "\n".join(mapping.include_paths)),
            ("excludePaths", "\n".join(mapping.exclude_paths)),
            ("owner", f"{mapping.owner}:{mapping.group}"),
        )
    )


def empty_submodule_parts(mapping: GitMapping, entries: Iterable[TreeEntry]) -> tuple[Part, ...]:
    """Return a part for each submodule in *mapping* whose content is not there.

    Its folder is empty in the image: once the content is there, the image must be another.
    """
    return tuple(
        Part("emptySubmodule", _path_of(mapping, entry), "")
        for entry in entries
        if entry.mode == SUBMODULE and mapping.selects(entry.path)
    )


def empty_submodule_above(mapping: GitMapping, entries: Iterable[TreeEntry]) -> str:
    """Return the submodule without content that what *mapping* adds would be in, or nothing.

    Of other repositories than the project's own it is nothing: theirs are left out.
    """
    if mapping.repository:
        return ""
    empty = (entry.path for entry in entries if entry.mode == SUBMODULE)
    return next((path for path in empty if mapping.tree_path.startswith(f"{path}/")), "")


def _path_of(mapping: GitMapping, entry: TreeEntry) -> str:
    return f"{mapping.repository}:{entry.path}" if mapping.repository else entry.path


def changes_of(
    image: ImageSpec, repositories: Repositories, held: Mapping[str, str]
) -> tuple[tuple[GitMapping, tuple[TreeChange, ...]], ...]:
    """Return, for each mapping, what of it changed from the commits *held* to the current ones.

    *held* is by repository; of one that is not in it nothing changed.
    """
    return tuple((mapping, _changes(mapping, repositories, held)) for mapping in image.mappings)


def _changes(
    mapping: GitMapping, repositories: Repositories, held: Mapping[str, str]
) -> tuple[TreeChange, ...]:
    repository, since = repositories[mapping.repository], held.get(mapping.repository)
    if since is None or since == repository.commit:
        return ()
    return _selected(mapping, repository.changes(since, repository.commit))


def cache_parts(size: int) -> tuple[Part, ...]:
    """Return the part of ``gitCache``: how many whole steps the patch of *size* bytes has."""
    return (Part("patchSize", "MiB", str(size // CACHE_STEP)),)


def patch_parts(
    changes: Iterable[tuple[GitMapping, Sequence[TreeChange]]],
) -> tuple[Part, ...]:
    """Return the parts of ``gitLatestPatch``: every changed path with what it is now."""
    return tuple(
        Part(
            "changed",
            f"{change.path}",
            f"{mapping_name(mapping)} "
            + (f"{change.after.mode:o} {change.after.oid}" if change.after else "removed"),
        )
        for mapping, changed in changes
        for change in changed
    )


def patch_size(changes: Iterable[tuple[GitMapping, Sequence[TreeChange]]]) -> int:
    """Return the bytes that a patch of *changes* carries: those of the changed files."""
    return sum(change.after.size for _, changed in changes for change in changed if change.after)


def _selected(mapping: GitMapping, changes: Sequence[TreeChange]) -> tuple[TreeChange, ...]:
    return tuple(change for change in changes if mapping.selects(change.path))
