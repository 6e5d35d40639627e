"""What the project's images are built from: its commit, with submodules, in whatever clone.

A repository says what git knows. Here stands what that means for a build: where the content of
submodules is, what a history that ends early hides, and what counts as history of a virtual merge.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence

from stages.sources import SUBMODULE, TreeChange, TreeEntry
from werfish.git.errors import ShallowCloneError
from werfish.git.patch import changes_between
from werfish.git.repository import LocalRepository
from werfish.git.submodules import Submodules
from werfish.git.virtual_merge import VirtualMerge, is_tree_there, merge_of

_SUBMODULES = "run git submodule update --init --recursive"


class ProjectSource:
    """The project's *repository* as a source of images; *say* and *warn* are told of what happens.

    *merge* is what is checked out, where that is a virtual merge. With *allows_shallow*, what the
    end of a shallow history hides counts as no ancestor. Threads may share it.
    """

    def __init__(
        self,
        repository: LocalRepository,
        say: Callable[[str], None],
        warn: Callable[[str], None],
        *,
        merge: VirtualMerge | None = None,
        allows_shallow: bool = False,
    ) -> None:
        """Read nothing yet."""
        self._repository, self._say, self._warn = repository, say, warn
        self._merge, self._allows_shallow = merge, allows_shallow
        self._root, self._prefix = repository.place.root, repository.place.prefix
        self._submodules = Submodules(self._root, self._prefix)
        self._lock = threading.RLock()
        self._warned: set[str] = set()
        self._entries: dict[str, tuple[TreeEntry, ...]] = {}
        self._changes: dict[tuple[str, str], tuple[TreeChange, ...]] = {}
        self._ancestry: dict[tuple[str, str], bool] = {}

    @property
    def commit(self) -> str:
        """The commit that is being built, as stages record it."""
        return str(self._merge) if self._merge else self._repository.commit

    @property
    def commit_time(self) -> int:
        """The committer's time of that commit, in seconds since 1970."""
        return self._repository.commit_time

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit* and of its submodules, sorted by the bytes of its path."""
        with self._lock:
            if commit not in self._entries:
                self._entries[commit] = self._listed(self._content(commit))
            return self._entries[commit]

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs from commit *since* to *until*, sorted by the bytes of the path."""
        with self._lock:
            if (since, until) not in self._changes:
                raw, before, after = self._raw_changes(since, until)
                self._changes[since, until] = self._submodules.changed(raw, before, after)
            return self._changes[since, until]

    def read_blobs(self, oids: Sequence[str]) -> Generator[tuple[int, Iterable[bytes]], None, None]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        return self._submodules.read_blobs(oids)

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether *ancestor* is *descendant* or a commit before it, and can be compared."""
        with self._lock:
            if (ancestor, descendant) not in self._ancestry:
                self._ancestry[ancestor, descendant] = self._counts(ancestor, descendant)
            return self._ancestry[ancestor, descendant]

    def _counts(self, ancestor: str, descendant: str) -> bool:
        before, after = merge_of(ancestor), merge_of(descendant)
        first = before.source if before else ancestor
        last = after.source if after else descendant
        if not self._reaches(first, last) or (before and not is_tree_there(self._root, before)):
            return False
        return self._is_comparable(ancestor, descendant)

    def _reaches(self, ancestor: str, descendant: str) -> bool:
        try:
            return self._repository.is_ancestor(ancestor, descendant)
        except ShallowCloneError:
            if not self._allows_shallow:
                raise
            self._warn_once(
                "the clone is shallow: stages of commits that it does not show are built again"
            )
            return False

    def _is_comparable(self, since: str, until: str) -> bool:
        lacking = self._submodules.lacking(*self._raw_changes(since, until))
        for path in lacking:
            self._warn_once(
                f'submodule "{path}" lacks the commit that stages were built from, so they are'
                f" built again; fetch its whole history: git -C {path} fetch --unshallow"
            )
        return not lacking

    def _listed(self, commit: str) -> tuple[TreeEntry, ...]:
        self._fetch_missing(commit)
        entries = self._submodules.expanded(self._repository.entries(commit), commit)
        for entry in entries:
            if entry.mode == SUBMODULE:
                self._warn_once(
                    f'submodule "{entry.path}" is not there, its folder stays empty; {_SUBMODULES}'
                )
        return entries

    def _raw_changes(self, since: str, until: str) -> tuple[Sequence[TreeChange], str, str]:
        """Return what differs, submodules unopened, and what was compared: commits or trees."""
        before, after = self._content(since), self._content(until)
        if before == after:
            return (), before, after
        self._fetch_missing(after)
        self._fetch_missing(before)
        if before != since:
            return changes_between(self._root, before, after, self._prefix), before, after
        return self._repository.changes(before, after), before, after

    def _fetch_missing(self, commit: str) -> None:
        promisor = self._repository.remote_config.promisor
        if promisor:
            from werfish.git.own_remote import fetch_missing

            tree = f"{commit}:{self._prefix.rstrip('/')}"
            fetch_missing(self._root, promisor, tree, self._say)

    def _content(self, recorded: str) -> str:
        """Return the commit, or the tree of a merge that may be nowhere, that *recorded* holds."""
        merge = merge_of(recorded)
        if merge is None or (self._merge and merge == self._merge):
            return merge.commit if merge else recorded
        return merge.tree

    def _warn_once(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)
