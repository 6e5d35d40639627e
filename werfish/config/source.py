"""Where a configuration comes from: the work tree, or a commit; and what that means for the user.

From the work tree, one warning names what is uncommitted. Strictly, everything comes from the
commit, and what is uncommitted is refused. ``--dev`` reads its own commit, where nothing is.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass
from werfish.config.folder_tree import FolderTree
from werfish.config.tree import FileTree
from werfish.git.errors import OutsideWorkTreeError, UncommittedError

if TYPE_CHECKING:
    from werfish.git.refs import Commit
    from werfish.git.repository import LocalRepository

MOST_NAMES = 5
"""How many files a warning names; an error names all."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a configuration was *seen*, and what is *differing* beside the commit."""

    seen: frozenset[Path] = frozenset()
    differing: frozenset[Path] = frozenset()


def _accept(reading: Reading) -> None:
    del reading


@dataclass(frozen=True, slots=True)
class ConfigSource:
    """How to read: *tree_of* a folder, another tree *beside* it, and who is to *judge* at the end.

    *commit* is what templates are told of; *strict* chooses werf 2's manners for them.
    """

    tree_of: Callable[[Path], FileTree] = FolderTree
    beside: Callable[[Path], FileTree] | None = None
    judge: Callable[[Reading], None] = _accept
    commit: "Commit | None" = None
    strict: bool = False


def source_of(
    repository: "LocalRepository | None",
    directory: Path,
    warn: Callable[[str], None],
    *,
    strict: bool,
) -> ConfigSource:
    """Return how the configuration of the project in *directory* is read.

    Without a *repository* there is nothing to compare the work tree with.
    """
    if repository is None:
        return ConfigSource(strict=strict)
    if repository.is_dev:
        return ConfigSource(_committed_or_folder(repository), commit=repository.head, strict=strict)
    if not strict:
        judge = _warning(repository, directory, warn)
        return ConfigSource(judge=judge, commit=repository.head)
    return ConfigSource(
        _committed(repository), FolderTree, _refusal(repository, directory), repository.head, True
    )


def names_for_people(paths: Iterable[Path], directory: Path) -> list[str]:
    """Return *paths* relative to the project's folder, sorted."""
    return sorted(os.path.relpath(path, directory.resolve()) for path in paths)


def some_of(names: Sequence[str]) -> str:
    """Return the first of *names*, and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _committed(repository: "LocalRepository") -> Callable[[Path], FileTree]:
    from werfish.config.commit_tree import CommitTree

    return lambda folder: CommitTree(repository.entries_below(folder), repository.read_blobs)


def _committed_or_folder(repository: "LocalRepository") -> Callable[[Path], FileTree]:
    """Read what the user named outside of the work tree where it is: no commit can have it."""
    committed = _committed(repository)

    def tree_of(folder: Path) -> FileTree:
        try:
            return committed(folder)
        except OutsideWorkTreeError:
            return FolderTree(folder)

    return tree_of


def _warning(
    repository: "LocalRepository", directory: Path, warn: Callable[[str], None]
) -> Callable[[Reading], None]:
    def judge(reading: Reading) -> None:
        uncommitted = repository.uncommitted(reading.seen)
        if uncommitted:
            names = some_of(names_for_people(uncommitted, directory))
            warn(f"the configuration is read from the work tree; uncommitted: {names}")

    return judge


def _refusal(repository: "LocalRepository", directory: Path) -> Callable[[Reading], None]:
    def judge(reading: Reading) -> None:
        uncommitted = {*repository.uncommitted(reading.seen), *reading.differing}
        if uncommitted:
            names = names_for_people(uncommitted, directory)
            raise UncommittedError("read the configuration", repository.commit, names)

    return judge
