"""The repository of a project, fixed at the commit that was checked out when it was opened.

Paths are relative to the project's folder, which may be a subfolder of the work tree; what lies
outside of it is not seen. The work tree itself is never read.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from pathlib import Path

from stages.sources import TreeChange, TreeEntry
from werfish.git import objects, patch, refs, remote, status, tree
from werfish.git.discovery import Place, place_of
from werfish.git.errors import (
    NoCommitError,
    ShallowCloneError,
    UncommittedFolderError,
    UnknownCommitError,
)


def open_repository(folder: Path) -> "LocalRepository":
    """Return the repository of the project in *folder*, at its HEAD.

    There may be no git, no repository, no work tree, no commit, or no trust: each is a `GitError`
    of its own.
    """
    place = place_of(folder)
    head = refs.head_commit_id(place.root)
    if not head:
        raise NoCommitError(place.root)
    return LocalRepository(place, refs.commit_of(place.root, head))


class LocalRepository:
    """A repository on this machine: it satisfies `stages.sources.Repository`.

    What was read once is kept, since commits do not change. Threads may share it.
    """

    def __init__(self, place: Place, head: refs.Commit) -> None:
        """Stand at *place*, with *head* as the commit that is being built."""
        self.place = place
        self.head = head
        self._lock = threading.RLock()
        self._entries: dict[str, tuple[TreeEntry, ...]] = {}
        self._changes: dict[tuple[str, str], tuple[TreeChange, ...]] = {}
        self._ancestry: dict[tuple[str, str], bool] = {}

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
        return objects.read_blobs(self.place.root, oids)

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether *ancestor* is *descendant* or a commit before it; an unknown one is not.

        Where the history of a shallow clone ends too early to tell: `ShallowCloneError`.
        """
        with self._lock:
            if (ancestor, descendant) not in self._ancestry:
                self._ancestry[ancestor, descendant] = self._reaches(ancestor, descendant)
            return self._ancestry[ancestor, descendant]

    def commit_info(self, commit: str) -> refs.Commit:
        """Return what is known of *commit*."""
        if commit == self.head.id:
            return self.head
        self._require(commit)
        return refs.commit_of(self.place.root, commit)

    def branch(self) -> str:
        """Return the branch that is checked out, empty where HEAD is detached."""
        return refs.branch_of_head(self.place.root)

    def tags(self) -> tuple[str, ...]:
        """Return the tags of the commit that is being built, in name order."""
        return refs.tags_of(self.place.root, self.head.id)

    def origin_url(self) -> str:
        """Return the URL of the remote ``origin``, empty where there is none."""
        return remote.origin_url(self.place.root)

    def dirty_paths(self, matters: Callable[[str], bool] = lambda _: True) -> tuple[str, ...]:
        """Return the paths with uncommitted changes that *matters* selects, sorted."""
        found = status.dirty_paths_of(self.place.root, self.place.prefix)
        return tuple(path for path in found if matters(path))

    def _listed(self, commit: str) -> tuple[TreeEntry, ...]:
        self._require(commit)
        found = tree.entries_of(self.place.root, commit, self.place.prefix)
        if not found and self.place.prefix and commit == self.head.id:
            raise UncommittedFolderError(self.place.prefix, commit)
        return found

    def _reaches(self, ancestor: str, descendant: str) -> bool:
        if refs.is_reachable(self.place.root, ancestor, descendant):
            return True
        if self.place.is_shallow and refs.is_commit_id(ancestor):
            raise ShallowCloneError(ancestor, descendant)
        return False

    def _require(self, commit: str) -> None:
        if commit != self.head.id and not refs.has_commit(self.place.root, commit):
            raise UnknownCommitError(commit, shallow=self.place.is_shallow)
