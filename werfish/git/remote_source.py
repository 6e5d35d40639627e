"""A remote repository as a source of images: nothing is fetched until something of it is asked."""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence

from stages.sources import SUBMODULE, TreeChange, TreeEntry
from werfish.git import refs
from werfish.git.discovery import Place
from werfish.git.mirrors import Mirror
from werfish.git.repository import LocalRepository


class RemoteSource:
    """What *ref* of *mirror* leads to; *warn* is told of what is left out.

    Asking for anything may raise a `werfish.git.remote_errors.RemoteError`. Threads may share it.
    """

    def __init__(self, mirror: Mirror, ref: str, warn: Callable[[str], None]) -> None:
        """Fetch nothing yet."""
        self._mirror, self._ref, self._warn = mirror, ref, warn
        self._lock = threading.Lock()
        self._repository: LocalRepository | None = None

    @property
    def commit(self) -> str:
        """The full id of the commit."""
        return self._opened().commit

    @property
    def commit_time(self) -> int:
        """The committer's time of that commit, in seconds since 1970."""
        return self._opened().commit_time

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit*, sorted by the bytes of its path."""
        return self._opened().entries(commit)

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs from commit *since* to *until*, sorted by the bytes of the path."""
        return self._opened().changes(since, until)

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether *ancestor* is *descendant* or a commit before it; an unknown one is not."""
        return self._opened().is_ancestor(ancestor, descendant)

    def read_blobs(self, oids: Sequence[str]) -> Generator[tuple[int, Iterable[bytes]], None, None]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        return self._opened().read_blobs(oids)

    def _opened(self) -> LocalRepository:
        with self._lock:
            if self._repository is None:
                self._repository = self._open()
            return self._repository

    def _open(self) -> LocalRepository:
        commit = self._mirror.commit(self._ref)
        root = self._mirror.root
        found = LocalRepository(Place(root, "", False), refs.commit_of(root, commit))
        self._warn_of_submodules(found)
        return found

    def _warn_of_submodules(self, found: LocalRepository) -> None:
        paths = [entry.path for entry in found.entries(found.commit) if entry.mode == SUBMODULE]
        if paths:
            self._warn(
                f"{self._mirror.connection.remote}: submodules of remote repositories are left"
                f" empty: {', '.join(paths)}"
            )
