"""The stages that run a user's instructions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from stages.digest import Part
from stages.image import ImageSpec, Instructions
from stages.kinds.git import dependency_globs, mapping_name
from stages.mapping import GitMapping, fixed_folders, matcher, matches_any
from stages.sources import TreeEntry
from stages.stage import WHOLE, StageName, Step


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


def steps_of(image: ImageSpec, name: StageName) -> tuple[Step, ...]:
    """Return what stage *name* is built in: one piece, or with ``asLayers`` each instruction.

    A stage without instructions is one piece: it exists for its cache version.
    """
    instructions = instructions_of(image, name)
    count = len(instructions.commands) + len(instructions.tasks)
    if not image.as_layers or not count:
        return (WHOLE,)
    return tuple(Step(number, count) for number in range(1, count + 1))


def instructions_at(image: ImageSpec, name: StageName, step: Step) -> Instructions:
    """Return the instructions that *step* of stage *name* runs."""
    instructions = instructions_of(image, name)
    if not step.number:
        return instructions
    one = slice(step.number - 1, step.number)
    return replace(
        instructions,
        commands=instructions.commands[one],
        tasks=instructions.tasks[one],
        lines=instructions.lines[one],
    )


def instruction_parts(
    image: ImageSpec,
    name: StageName,
    step: Step,
    entries_of: Callable[[GitMapping], Sequence[TreeEntry]],
) -> tuple[Part, ...]:
    """Return the parts of an instruction stage: commands, versions, the files it depends on.

    The first step is what the stage is if it has no further instruction, so that one put behind
    it does not build it again; the others have their own instruction, and what is before them.

    Of secrets only the names count: what they are may change without a rebuild, and must not be
    guessed from a digest. *entries_of* gives the files of the commit of a mapping's repository
    that is being built;
    ``beforeInstall`` runs before git content and depends on none of it.
    """
    instructions, first = instructions_at(image, name, step), max(step.number, 1)
    parts = [
        Part("command", str(index), command)
        for index, command in enumerate(instructions.commands, first)
    ]
    parts += [
        Part("task", str(index), task) for index, task in enumerate(instructions.tasks, first)
    ]
    return (*parts, *(_common_parts(image, name, entries_of) if first == 1 else ()))


def _common_parts(
    image: ImageSpec, name: StageName, entries_of: Callable[[GitMapping], Sequence[TreeEntry]]
) -> tuple[Part, ...]:
    instructions, parts = instructions_of(image, name), []
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
    matches = matcher(globs)
    for entry in _within_reach(mapping, globs, entries):
        relative = mapping.relative(entry.path)
        if relative is not None and matches(relative) and mapping.selects(entry.path):
            name = f"{mapping.repository}:{entry.path}" if mapping.repository else entry.path
            parts.append(Part("file", name, f"{entry.mode:o} {entry.oid}"))
    return parts


def _within_reach(
    mapping: GitMapping, globs: tuple[str, ...], entries: Sequence[TreeEntry]
) -> Sequence[TreeEntry]:
    """Leave out of *entries*, at little cost for each, what none of *globs* can match."""
    folders = fixed_folders(globs)
    if folders is None:
        return entries
    root = mapping.tree_path
    paths = frozenset(f"{root}/{one}" for one in folders) if root else frozenset(folders)
    below = tuple(f"{path}/" for path in paths)
    return [
        entry
        for entry in entries
        if entry.path in paths or entry.path.startswith(below) or entry.path == root
    ]
