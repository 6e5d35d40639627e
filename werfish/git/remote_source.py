"""A remote repository as a source of images: nothing is fetched until something of it is asked.

Where the copy of it turns out to be damaged, it is made anew and the same is read once more.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from stages.sources import SUBMODULE, TreeChange, TreeEntry
from werfish.git import refs
from werfish.git.discovery import Place
from werfish.git.errors import CommandError, MissingObjectError
from werfish.git.mirrors import Mirror
from werfish.git.repository import LocalRepository

_T = TypeVar("_T")
_DAMAGE = (CommandError, MissingObjectError)
"""What reading says where something is missing from a copy that had it."""


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
        return self._read(lambda found: found.commit)

    @property
    def commit_time(self) -> int:
        """The committer's time of that commit, in seconds since 1970."""
        return self._read(lambda found: found.commit_time)

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return every entry of *commit*, sorted by the bytes of its path."""
        return self._read(lambda found: found.entries(commit))

    def changes(self, since: str, until: str) -> Sequence[TreeChange]:
        """Return what differs from commit *since* to *until*, sorted by the bytes of the path."""
        return self._read(lambda found: found.changes(since, until))

    def is_ancestor(self, ancestor: str, descendant: str) -> bool:
        """Tell whether *ancestor* is *descendant* or a commit before it; an unknown one is not."""
        return self._read(lambda found: found.is_ancestor(ancestor, descendant))

    def read_blobs(self, oids: Sequence[str]) -> Generator[tuple[int, Iterable[bytes]], None, None]:
        """Yield the size and the content, in pieces, of each blob of *oids*, in their order."""
        done, is_renewed = 0, False
        while done < len(oids):
            try:
                for size, content in self._opened().read_blobs(oids[done:]):
                    yield size, _begun(content)
                    done += 1
            except _DAMAGE:
                if is_renewed:
                    raise
                self._renew()
                is_renewed = True

    def _read(self, ask: Callable[[LocalRepository], _T]) -> _T:
        try:
            return ask(self._opened())
        except _DAMAGE:
            self._renew()
            return ask(self._opened())

    def _renew(self) -> None:
        """Have the copy made anew; afterwards it is not the copy that is to blame."""
        self._mirror.renew()
        with self._lock:
            self._repository = None

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


def _begun(content: Iterable[bytes]) -> Iterable[bytes]:
    """Return *content* with its first piece read: what is damaged is so from its beginning."""
    pieces = iter(content)
    return chain((next(pieces, b""),), pieces)
