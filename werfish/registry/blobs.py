"""Blobs in a registry: looked up, read, uploaded, mounted. They are streamed and verified."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from urllib.parse import quote

from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.errors import (
    AccessDeniedError,
    InvalidAnswerError,
    MismatchError,
    NotFoundError,
    UnreachableError,
)
from werfish.registry.messages import Answer, Body
from werfish.registry.session import Call, Session, absolute

_MAX_SMALL = 16 << 20


def head_blob(session: Session, repository: Repository, digest: str) -> bool:
    """Whether *repository* has the blob."""
    doing = f'look up blob {digest} in "{repository}"'
    answer, _ = session.send(Call("HEAD", repository, f"blobs/{digest}", doing, (200, 404)))
    return answer.status == 200


def get_blob(session: Session, repository: Repository, blob: Descriptor) -> Iterator[bytes]:
    """Read *blob* as it arrives; a broken connection is taken up where it broke.

    At the end `MismatchError` where the bytes are not those of the digest.
    """
    doing = f'read blob {blob.digest} of "{repository}"'
    hasher, received, resumed = sha256(), 0, 0
    while True:
        try:
            for chunk in _read_from(session, repository, blob, doing, received):
                hasher.update(chunk)
                received += len(chunk)
                resumed = 0
                yield chunk
            break
        except UnreachableError:
            resumed += 1
            if resumed > 3 or received == 0:
                raise
    found = f"sha256:{hasher.hexdigest()}"
    if found != blob.digest:
        raise MismatchError(doing, blob.digest, found)


def read_blob(session: Session, repository: Repository, blob: Descriptor) -> bytes:
    """Return a small blob, such as a configuration, whole."""
    if blob.size > _MAX_SMALL:
        doing = f'read blob {blob.digest} of "{repository}"'
        raise InvalidAnswerError(f"{doing}: {blob.size} bytes are too many for a configuration")
    return session.retry(lambda: b"".join(get_blob(session, repository, blob)))


def mount_blob(session: Session, repository: Repository, digest: str, source: Repository) -> bool:
    """Let *repository* have the blob that *source* has, in the same registry, without moving it.

    ``False`` where the registry does not: it has no mounts, or *source* no such blob.
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
    except (AccessDeniedError, NotFoundError):
        return False
    if answer.status == 202:
        _abandon(session, repository, absolute(call, answer))
    return answer.status == 201


def upload_blob(
    session: Session,
    repository: Repository,
    digest: str,
    size: int,
    body: Body,
    *,
    look_first: bool = True,
) -> bool:
    """Upload a blob in one piece unless it is there; return whether bytes were sent.

    *body* is opened anew for every try. Nothing of a broken upload is visible. Without
    *look_first* the caller knows already that it is not there.
    """
    if look_first and head_blob(session, repository, digest):
        return False
    session.retry(lambda: _upload(session, repository, digest, size, body))
    return True


def _upload(session: Session, repository: Repository, digest: str, size: int, body: Body) -> None:
    doing = f'upload blob {digest} to "{repository}"'
    begin = Call("POST", repository, "blobs/uploads/", doing, (202,), writes=True)
    with session.open(begin) as answer:
        answer.read()
        place = absolute(begin, answer)
    separator = "&" if "?" in place else "?"
    finish = Call(
        "PUT",
        repository,
        f"{place}{separator}digest={quote(digest, safe='')}",
        doing,
        (201, 204),
        headers={"Content-Type": "application/octet-stream"},
        body=body,
        length=size,
        writes=True,
    )
    with session.open(finish) as answer:
        answer.read()


def _abandon(session: Session, repository: Repository, place: str) -> None:
    """Tell the registry that an upload will not come; it would find out by itself, later."""
    doing = f'give up an upload to "{repository}"'
    call = Call("DELETE", repository, place, doing, (200, 202, 204, 404), writes=True)
    _quietly(lambda: session.send(call))


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
        yield from _after(answer, start if answer.status == 200 else 0)


def _after(answer: Answer, skipped: int) -> Iterator[bytes]:
    for chunk in answer.chunks():
        if skipped < len(chunk):
            yield chunk[skipped:]
        skipped = max(0, skipped - len(chunk))
