"""The repository of a project, fixed at the commit that was checked out when it was opened.

Paths are relative to the project's folder, which may be a subfolder of the work tree; what lies
outside of it is not seen. The work tree itself is read only to tell what of it is uncommitted, and
for ``--dev``, where all of it becomes a commit when the repository is opened.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from stages.sources import TreeChange, TreeEntry
from werfish.ahead import Ahead
from werfish.git import patch, refs, status, tree, uncommitted
from werfish.git.discovery import Place, place_of
from werfish.git.errors import (
    NoCommitError,
    ShallowCloneError,
    UncommittedFolderError,
    UnknownCommitError,
)
from werfish.git.remote_config import RemoteConfig, remote_config_of
from werfish.git.submodules import Submodules


def open_repository(folder: Path, *, dev_records: Path | None = None) -> "LocalRepository":
    """Return the repository of the project in *folder*, at its HEAD.

    With *dev_records*, the folder in which such commits are remembered, it stands at a commit of
    the whole work tree as it is now.

    There may be no git, no repository, no work tree, no commit, or no trust: each is a `GitError`
    of its own.
    """
    place = place_of(folder)
    commit = refs.head_commit(place.root)
    if commit is None:
        raise NoCommitError(place.root)
    if dev_records is None:
        return LocalRepository(place, commit)
    from werfish.git.dev_commit import dev_commit
    from werfish.git.dev_record import record_of

    made = dev_commit(place.root, commit, record_of(dev_records, place.root))
    return LocalRepository(place, made, is_dev=True)


class LocalRepository:
    """A repository on this machine: it satisfies `stages.sources.Repository`.

    What was read once is kept, since commits do not change. Threads may share it.
    """

    def __init__(self, place: Place, head: refs.Commit, *, is_dev: bool = False) -> None:
        """Stand at *place*, with *head* as the commit that is being built.

        *is_dev* says that it was made of the work tree: nothing is uncommitted then.
        """
        self.place = place
        self.head = head
        self.is_dev = is_dev
        self._lock = threading.RLock()
        self._submodules = Submodules(place.root, "")
        self._entries: dict[str, tuple[TreeEntry, ...]] = {}
        self._changes: dict[tuple[str, str], tuple[TreeChange, ...]] = {}
        self._ancestry: dict[tuple[str, str], bool] = {}
        self._status: Ahead[tuple[str, ...]] | None = None

    @property
    def commit(self) -> str:
        """The full id of the commit that is being built."""
        return self.head.id

    @property
    def commit_time(self) -> int:
        """The committer's time of that commit, in seconds since 1970."""
        return self.head.committed_at

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit*, sorted by the bytes of its path."""
        with self._lock:
            if commit not in self._entries:
                self._entries[commit] = self._listed(commit)
            return self._entries[commit]

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs from commit *since* to *until*, sorted by the bytes of the path."""
        with self._lock:
            if (since, until) not in self._changes:
                self._require(since)
                self._require(until)
                place = self.place
                found = patch.changes_between(place.root, since, until, place.prefix)
                self._changes[since, until] = found
            return self._changes[since, until]

    def read_blobs(self, oids: Sequence[str]) -> Generator[tuple[int, Iterable[bytes]], None, None]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        return self._submodules.read_blobs(oids)

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether *ancestor* is *descendant* or a commit before it; an unknown one is not.

        Where the history of a shallow clone ends too early to tell: `ShallowCloneError`.
        """
        with self._lock:
            if (ancestor, descendant) not in self._ancestry:
                self._ancestry[ancestor, descendant] = self._reaches(ancestor, descendant)
            return self._ancestry[ancestor, descendant]

    def branch(self) -> str:
        """Return the branch that is checked out, empty where HEAD is detached."""
        return refs.branch_of_head(self.place.root)

    def tags(self) -> tuple[str, ...]:
        """Return the tags of the commit that is being built, in name order."""
        return refs.tags_of(self.place.root, self.head.id)

    def origin_url(self) -> str:
        """Return the URL of the remote ``origin``, empty where there is none."""
        return self.remote_config.origin_url

    @cached_property
    def remote_config(self) -> RemoteConfig:
        """What is configured of the clone's remotes."""
        return remote_config_of(self.place.root)

    def dirty_paths(self, matters: Callable[[str], bool] = lambda _: True) -> tuple[str, ...]:
        """Return the paths with uncommitted changes that *matters* selects, sorted."""
        if self.is_dev:
            return ()
        ahead, self._status = self._status, None
        found = ahead.answer() if ahead else self._dirty_paths()
        return tuple(path for path in found if matters(path))

    def look_ahead(self) -> None:
        """Begin to look for uncommitted changes, beside whatever is done until they are asked for.

        What is told then is what was there now.
        """
        if not self.is_dev:
            self._status = Ahead(self._dirty_paths)

    def _dirty_paths(self) -> tuple[str, ...]:
        return status.dirty_paths_of(self.place.root, self.place.prefix)

    def entries_below(self, folder: Path) -> Sequence[TreeEntry]:
        """Return every entry of the commit below *folder* of the work tree, relative to it.

        Those of submodules are among them, as far as the clone has them. A folder outside of the
        work tree is an `OutsideWorkTreeError`.
        """
        inside = uncommitted.folder_inside(self.place.root, folder)
        return self._submodules.below(f"{inside}/" if inside else "", self.commit)

    def uncommitted(self, paths: Iterable[Path]) -> tuple[Path, ...]:
        """Return those of *paths* that are not in the commit as they are in the work tree.

        Ignored and untracked files are not, nor is anything outside of the work tree.
        """
        return () if self.is_dev else uncommitted.among(self.place.root, self.commit, paths)

    def uncommitted_below(self, folder: Path) -> tuple[Path, ...]:
        """Return what below *folder* is not in the commit as it is, ignored files included.

        A folder outside of the work tree is an `OutsideWorkTreeError`.
        """
        return () if self.is_dev else uncommitted.below(self.place.root, self.commit, folder)

    def _listed(self, commit: str) -> tuple[TreeEntry, ...]:
        self._require(commit)
        found = tree.entries_of(self.place.root, commit, self.place.prefix)
        if not found and self.place.prefix and commit == self.head.id:
            raise UncommittedFolderError(self.place.prefix, commit)
        return found

    def _reaches(self, ancestor: str, descendant: str) -> bool:
        if ancestor == descendant == self.head.id or refs.is_reachable(
            self.place.root, ancestor, descendant
        ):
            return True
        if self.place.is_shallow and refs.is_commit_id(ancestor):
            raise ShallowCloneError(ancestor, descendant)
        return False

    def _require(self, commit: str) -> None:
        if commit != self.head.id and not refs.has_commit(self.place.root, commit):
            raise UnknownCommitError(commit, shallow=self.place.is_shallow)
