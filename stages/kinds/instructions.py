"""The stages that run a user's instructions."""

from collections.abc import Callable, Sequence

from stages.digest import Part
from stages.image import ImageSpec, Instructions
from stages.kinds.git import dependency_globs, mapping_name
from stages.mapping import GitMapping, matches_any
from stages.sources import TreeEntry
from stages.stage import StageName


def instructions_of(image: ImageSpec, name: StageName) -> Instructions:
    """Return the instructions of stage *name*; ValueError for a stage that runs none."""
    match name:
        case StageName.BEFORE_INSTALL:
            return image.before_install
        case StageName.INSTALL:
            return image.install
        case StageName.BEFORE_SETUP:
            return image.before_setup
        case StageName.SETUP:
            return image.setup
        case _:
            raise ValueError(f"stage {name} runs no instructions")


def has_instructions(image: ImageSpec, name: StageName) -> bool:
    """Whether the stage exists: it has commands, or a cache version applies to it.

    A ``cacheVersion`` of the whole image makes all four stages exist, as in werf.
    """
    instructions = instructions_of(image, name)
    given = instructions.commands or instructions.tasks
    return bool(given or instructions.cache_version or image.cache_version)


def instruction_parts(
    image: ImageSpec, name: StageName, entries_of: Callable[[GitMapping], Sequence[TreeEntry]]
) -> tuple[Part, ...]:
    """Return the parts of an instruction stage: commands, versions, the files it depends on.

    Of secrets only the names count: what they are may change without a rebuild, and must not be
    guessed from a digest. *entries_of* gives the files of the commit of a mapping's repository
    that is being built;
    ``beforeInstall`` runs before git content and depends on none of it.
    """
    instructions = instructions_of(image, name)
    parts = [
        Part("command", str(index), command)
        for index, command in enumerate(instructions.commands, 1)
    ]
    parts += [Part("task", str(index), task) for index, task in enumerate(instructions.tasks, 1)]
    if instructions.cache_version:
        parts.append(Part("cacheVersion", f"{name}CacheVersion", instructions.cache_version))
    if image.cache_version:
        parts.append(Part("cacheVersion", "cacheVersion", image.cache_version))
    parts += [Part("secret", secret.id, "") for secret in image.secrets]
    for mapping in image.mappings:
        globs = dependency_globs(mapping, name)
        if globs:
            parts.extend(_file_parts(mapping, globs, entries_of(mapping)))
    return tuple(parts)


def unmatched_globs(
    mapping: GitMapping, name: StageName, entries: Sequence[TreeEntry]
) -> tuple[str, ...]:
    """Return the stage dependencies that no file of the commit matches, for a warning."""
    paths = [mapping.relative(entry.path) for entry in entries if mapping.selects(entry.path)]
    return tuple(
        pattern
        for pattern in dependency_globs(mapping, name)
        if not any(path is not None and matches_any((pattern,), path) for path in paths)
    )


def _file_parts(
    mapping: GitMapping, globs: tuple[str, ...], entries: Sequence[TreeEntry]
) -> list[Part]:
    parts = [Part("dependencies", mapping_name(mapping), "\n".join(globs))]
    for entry in entries:
        relative = mapping.relative(entry.path)
        if relative is None or not mapping.selects(entry.path):
            continue
        if matches_any(globs, relative):
            name = f"{mapping.repository}:{entry.path}" if mapping.repository else entry.path
            parts.append(Part("file", name, f"{entry.mode:o} {entry.oid}"))
    return parts
