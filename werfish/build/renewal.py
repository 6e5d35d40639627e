"""Which files look changed to instructions that find their own earlier work in a mounted folder.

Files from git have the time of their commit. What ``make`` built into a folder that outlives the
build may be newer than a commit that came in later, from another branch for instance: then a
changed file would be passed over. So what changed since the folder's last run looks changed now.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from stages.digest import Part, digest_of
from stages.image import ImageSpec
from stages.kinds.git import archive_parts, changes_of
from stages.mapping import GitMapping
from stages.stage import BRINGS_GIT, Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.surroundings import Held
from werfish.containers.backend import LocalImage, RenewedFile
from werfish.errors import GitError
from werfish.oci.facts import ImageTree, resolve
from werfish.oci.layer import EntryKind


@contextmanager
def renewed_files(
    image: ImageSpec,
    stage: Stage,
    base: LocalImage,
    folders: Sequence[Path],
    adapters: BuildAdapters,
) -> Iterator[tuple[RenewedFile, ...]]:
    """Give the files of *base* that changed since the last run of *stage* with *folders*.

    A block that ends well becomes the last run.
    """
    runs = adapters.surroundings.runs
    if runs is None or not folders or not image.mappings or stage.name not in BRINGS_GIT:
        yield ()
        return
    who, commits = _who(image, stage), dict(stage.commits)
    with ExitStack() as stack:
        held = [stack.enter_context(runs.run(folder, who, commits)) for folder in folders]
        paths = _changed(image, tuple(one for each in held for one in each), adapters)
        yield _present(paths, base, adapters)


def _who(image: ImageSpec, stage: Stage) -> str:
    """Return what names the runs of *stage*: other mappings bring other files."""
    return digest_of(
        "mountRun", (Part("image", image.name, stage.title), *archive_parts(image))
    ).value


def _changed(image: ImageSpec, held: Held, adapters: BuildAdapters) -> Sequence[str]:
    """Return the paths in the image of what differs from any of the commits *held*."""
    paths: dict[str, None] = {}
    for commits in held:
        for mapping, changed in _changes(image, commits, adapters):
            paths.update({mapping.target(path): None for path in changed})
    return tuple(paths)


def _changes(
    image: ImageSpec, commits: Mapping[str, str] | None, adapters: BuildAdapters
) -> Sequence[tuple[GitMapping, Sequence[str]]]:
    """Return the changed paths of each mapping; all, where the commits are not known (any more)."""
    repositories = adapters.repositories
    if commits is not None and {one.repository for one in image.mappings} <= commits.keys():
        try:
            found = changes_of(image, repositories, commits)
            return [(mapping, [change.path for change in all_]) for mapping, all_ in found]
        except GitError:
            adapters.log.detail(f"{image.title}: the commits of a mount's last run are gone")
    return [(mapping, _all(mapping, adapters)) for mapping in image.mappings]


def _all(mapping: GitMapping, adapters: BuildAdapters) -> Sequence[str]:
    repository = adapters.repositories[mapping.repository]
    entries = repository.entries(repository.commit)
    return [entry.path for entry in entries if mapping.selects(entry.path)]


def _present(
    paths: Sequence[str], base: LocalImage, adapters: BuildAdapters
) -> tuple[RenewedFile, ...]:
    if not paths:
        return ()
    with adapters.backend.tree(base) as tree:
        return tuple(file for path in paths for file in _file(path, tree))


def _file(path: str, tree: ImageTree) -> Iterator[RenewedFile]:
    real = resolve(path, tree)
    fact = tree.lookup(real)
    if fact is not None and fact.kind is EntryKind.FILE:
        yield RenewedFile(f"/{real}", fact.mtime)
