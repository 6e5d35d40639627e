"""Blobs in a registry: read, mounted, copied, deleted. They are streamed and verified."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.begun import BegunUpload
from werfish.registry.bodies import dropped
from werfish.registry.errors import (
    InvalidAnswerError,
    MismatchError,
    ReadOnlyError,
    RefusedError,
    UnreachableError,
)
from werfish.registry.session import Call, Session, absolute
from werfish.registry.uploads import begun_upload, is_of_read_only

_MAX_SMALL = 16 << 20


def get_blob(
    session: Session, repository: Repository, blob: Descriptor, start: int = 0
) -> Iterator[bytes]:
    """Read *blob* as it arrives; a broken connection is taken up where it broke.

    At the end `MismatchError` where the bytes are not those of the digest. From a *start* inside
    the blob there is no digest to compare with: that is for whoever puts the parts together.
    """
    doing = f'read blob {blob.digest} of "{repository}"'
    algorithm = blob.digest.partition(":")[0]
    hasher, attempts, received = hashlib.new(algorithm), session.attempts(), start
    while True:
        try:
            for chunk in _read_from(session, repository, blob, doing, received):
                hasher.update(chunk)
                received += len(chunk)
                attempts.progress()
                if received > blob.size:
                    raise MismatchError(doing, f"{blob.size} bytes", "more")
                yield chunk
            break
        except RegistryError as error:
            if isinstance(error, UnreachableError) and start < received == blob.size:
                break  # after the last byte
            attempts.failed(error)
    found = f"{algorithm}:{hasher.hexdigest()}"
    if start == 0 and found != blob.digest:
        raise MismatchError(doing, blob.digest, found)


@dataclass(frozen=True, slots=True)
class RemoteBody:
    """The bytes of *blob* in *repository* as something to upload elsewhere."""

    session: Session
    repository: Repository
    blob: Descriptor

    def __call__(self) -> Iterable[bytes]:
        """Open the blob at its beginning."""
        return self.at(0)

    def at(self, offset: int) -> Iterable[bytes]:
        """Open the blob at *offset*."""
        return get_blob(self.session, self.repository, self.blob, offset)


def read_blob(session: Session, repository: Repository, blob: Descriptor) -> bytes:
    """Return a small blob, such as a configuration, whole."""
    if blob.size > _MAX_SMALL:
        doing = f'read blob {blob.digest} of "{repository}"'
        raise InvalidAnswerError(f"{doing}: {blob.size} bytes are too many for a configuration")
    return b"".join(get_blob(session, repository, blob))


def mount_blob(
    session: Session, repository: Repository, digest: str, source: Repository
) -> BegunUpload | bool:
    """Let *repository* have the blob that *source* has, in the same registry, without moving it.

    Where the registry does not, in whatever words (it has no mounts, or *source* no such blob), the
    upload that it opened instead, or ``False``.
    """
    query = f"mount={quote(digest, safe='')}&from={quote(source.path, safe='')}"
    call = Call(
        "POST",
        repository,
        f"blobs/uploads/?{query}",
        f'mount blob {digest} of "{source}" into "{repository}"',
        (201, 202),
        writes=True,
        scopes=(f"repository:{source.path}:pull",),
    )
    try:
        answer, _ = session.send(call)
    except RefusedError as error:
        if error.is_transient:
            raise
        return False
    return True if answer.status == 201 else begun_upload(call, answer)


def require_push(session: Session, repository: Repository) -> None:
    """Begin an upload and give it up; the registry's refusal where nothing may be written.

    For what somebody else is going to write who would take long to find out.
    """
    doing = f'upload to "{repository}"'
    call = Call("POST", repository, "blobs/uploads/", doing, (202,), writes=True)
    try:
        answer, _ = session.send(call)
    except RefusedError as error:
        if is_of_read_only(call, error):
            raise ReadOnlyError(error) from error
        raise
    abandon(session, repository, absolute(call, answer))


def delete_blob(session: Session, repository: Repository, digest: str) -> None:
    """Delete a blob; gone already is fine. Registries collect what no manifest needs themselves."""
    doing = f'delete blob {digest} of "{repository}"'
    session.send(Call("DELETE", repository, f"blobs/{digest}", doing, (200, 202, 204, 404)))


def abandon(session: Session, repository: Repository, place: str) -> None:
    """Tell the registry that an upload will not come; it would find out by itself, later."""
    doing = f'give up an upload to "{repository}"'
    call = Call("DELETE", repository, place, doing, (200, 202, 204, 404), writes=True)

    def give_up() -> None:
        with session.open(call):  # tried once
            return

    _quietly(give_up)


def _quietly(operation: Callable[[], object]) -> None:
    try:
        operation()
    except RegistryError:
        return


def _read_from(
    session: Session, repository: Repository, blob: Descriptor, doing: str, start: int
) -> Iterator[bytes]:
    headers = {"Range": f"bytes={start}-"} if start else {}
    call = Call("GET", repository, f"blobs/{blob.digest}", doing, (200, 206), headers=headers)
    with session.open(call) as answer:
        yield from dropped(answer.chunks(), start if answer.status == 200 else 0)
