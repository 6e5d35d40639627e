"""Whether a repository has a blob, and all of it.

A registry answers for a blob as soon as its file exists, also where the file was cut short by a
full disk or a loss of power. It never takes such a blob again, since it has it already. So where
the size of a blob is known, one of another length does not count as there.
"""

import re
import threading

from werfish.oci.reference import Repository
from werfish.registry.errors import DamagedBlobError, RefusedError
from werfish.registry.messages import Answer
from werfish.registry.session import Call, Session

_TOTAL = re.compile(r"bytes [^/]*/(\d+)")


class Lookups:
    """Looks blobs up by *session*, and remembers which were damaged; for many threads."""

    def __init__(self, session: Session) -> None:
        """Nothing was looked up yet."""
        self._session = session
        self._guard = threading.Lock()
        self._damaged: set[tuple[Repository, str]] = set()

    def has(self, repository: Repository, digest: str, size: int = 0) -> bool:
        """Whether *repository* has the blob, with *size* bytes where that is given."""
        doing = f'look up blob {digest} in "{repository}"'
        call = Call("HEAD", repository, f"blobs/{digest}", doing, (200, 404))
        answer, _ = self._session.send(call)
        if answer.status == 404:
            return False
        if not size:
            return True
        is_whole = _length_of(answer) in (None, size) or self._is_whole(repository, digest, size)
        with self._guard:
            if is_whole is not None:
                change = self._damaged.discard if is_whole else self._damaged.add
                change((repository, digest))
            return (repository, digest) not in self._damaged

    def is_damaged(self, repository: Repository, digest: str) -> bool:
        """Whether the blob was found to have another length in *repository*."""
        with self._guard:
            return (repository, digest) in self._damaged

    def damaged_in(self, registry: str) -> frozenset[str]:
        """Return the blobs that were found damaged in any repository of *registry*."""
        with self._guard:
            return frozenset(
                digest for place, digest in self._damaged if place.registry == registry
            )

    def require_mended(self, repository: Repository, digest: str, size: int) -> None:
        """Look at a blob that was damaged and uploaded again; `DamagedBlobError` if it still is."""
        if not self.has(repository, digest, size):
            raise DamagedBlobError(digest, str(repository), size)

    def _is_whole(self, repository: Repository, digest: str, size: int) -> bool | None:
        """Ask for the last byte: some registries are wrong about the length when asked for it.

        ``None``: it does not let us see it, and has only said that the blob is there.
        """
        call = Call(
            "GET",
            repository,
            f"blobs/{digest}",
            f'look at the end of blob {digest} in "{repository}"',
            (200, 206, 416),
            headers={"Range": f"bytes={size - 1}-"},
        )

        def once() -> bool:
            with self._session.open(call) as answer:
                if answer.status == 206:
                    total = _TOTAL.fullmatch(answer.headers.get("Content-Range", ""))
                    return total is None or int(total[1]) == size
                return answer.status == 200 and _length_of(answer) in (None, size)

        try:
            return self._session.retry(once)
        except RefusedError as error:
            if error.is_transient:
                raise
            return None


def _length_of(answer: Answer) -> int | None:
    """Return how many bytes *answer* says there are of what was asked for; ``None``: unknown."""
    length = answer.headers.get("Content-Length", "")
    is_plain = not answer.headers.get("Content-Encoding")
    return int(length) if is_plain and length.isdecimal() else None
