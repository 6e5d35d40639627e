"""Manifests in a registry: read, verified, put, deleted."""

import hashlib
import json
from http import HTTPStatus

from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.oci.manifest import Descriptor, Index, Manifest, decode_manifest, digest_of_bytes
from werfish.oci.media_types import ACCEPTED
from werfish.oci.reference import Reference, Repository, is_digest
from werfish.registry.errors import (
    DamagedManifestError,
    InvalidAnswerError,
    MismatchError,
    NotFoundError,
    RefusedError,
)
from werfish.registry.messages import Answer
from werfish.registry.session import Call, Session

_MOST_ASKED = 10
"""How many other manifests are asked for at most before a registry is said to fail as a whole."""

_ACCEPT = {"Accept": ", ".join(ACCEPTED)}


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A manifest or index as a registry holds it: its bytes are what its digest is of."""

    reference: Reference
    media_type: str
    digest: str
    data: bytes

    @property
    def descriptor(self) -> Descriptor:
        """What refers to it."""
        return Descriptor(self.media_type, self.digest, len(self.data))

    def decode(self) -> Manifest | Index:
        """Return it typed; `InvalidAnswerError` where it is neither."""
        try:
            return decode_manifest(self.data, self.media_type)
        except ValueError as error:
            raise InvalidAnswerError(f'read the manifest of "{self.reference}": {error}') from error


def get_manifest(session: Session, reference: Reference) -> StoredManifest:
    """Return what *reference* names; `NotFoundError` where it is not there.

    `DamagedManifestError` where the registry fails for this manifest alone.
    """
    doing = f'read the manifest of "{reference}"'
    answer, data = _sent(session, _call("GET", reference, doing, (200,)))
    promised = reference.digest or answer.headers.get("Docker-Content-Digest", "")
    digest = _digest_of(data, promised)
    if is_digest(promised) and promised != digest:
        raise MismatchError(doing, promised, digest)
    return StoredManifest(reference, _media_type(answer), digest, data)


def find_manifest(session: Session, reference: Reference) -> StoredManifest | None:
    """Return what *reference* names, or ``None``."""
    try:
        return get_manifest(session, reference)
    except NotFoundError:
        return None


def head_manifest(session: Session, reference: Reference) -> Descriptor | None:
    """Return the descriptor of what *reference* names without reading it, or ``None``."""
    doing = f'look up "{reference}"'
    answer, _ = _sent(session, _call("HEAD", reference, doing, (200, 404)))
    if answer.status == 404:
        return None
    digest = answer.headers.get("Docker-Content-Digest", "")
    if not digest:  # the header is not required of registries
        return get_manifest(session, reference).descriptor
    return Descriptor(_media_type(answer), digest, int(answer.headers.get("Content-Length", "0")))


def _sent(session: Session, call: Call) -> tuple[Answer, bytes]:
    try:
        return session.send(call)
    except RefusedError as error:
        if error.status == HTTPStatus.INTERNAL_SERVER_ERROR and _gives_others(session, call):
            raise DamagedManifestError(error) from error
        raise


def _gives_others(session: Session, refused: Call) -> bool:
    """Whether the registry gives other manifests of the repository; each is asked for once."""
    repository, doing = refused.repository, f'look at "{refused.repository}"'
    try:
        with session.open(Call("GET", repository, "tags/list?n=1000", doing, (200,))) as answer:
            tags = sorted(str(tag) for tag in json.loads(answer.read())["tags"] or ())
    except (RegistryError, ValueError, KeyError, TypeError):
        return False
    others = [tag for tag in tags if not refused.path.endswith(f"/{tag}")]
    step = max(1, len(others) // _MOST_ASKED)
    return any(_gives(session, repository.tagged(tag)) for tag in others[::step][:_MOST_ASKED])


def _gives(session: Session, reference: Reference) -> bool:
    call = _call("GET", reference, f'look at "{reference}"', (200,))
    try:
        with session.open(call) as answer:
            answer.read()
            return True
    except RegistryError:
        return False


def put_manifest(session: Session, reference: Reference, media_type: str, data: bytes) -> str:
    """Make *reference* name the manifest *data*, and return its digest."""
    digest = digest_of_bytes(data)
    call = Call(
        "PUT",
        reference.repository,
        f"manifests/{reference.target}",
        f'publish "{reference}"',
        (200, 201, 202),
        headers={"Content-Type": media_type},
        body=lambda: [data],
        length=len(data),
        writes=True,
    )
    answer, _ = session.send(call)
    stored = answer.headers.get("Docker-Content-Digest", digest)
    if stored.startswith("sha256:") and stored != digest:
        raise MismatchError(call.doing, digest, stored)
    return digest


def delete_manifest(session: Session, repository: Repository, digest: str) -> None:
    """Delete a manifest, and with it every tag that names it; gone already is fine."""
    doing = f'delete "{repository.pinned(digest)}"'
    session.send(Call("DELETE", repository, f"manifests/{digest}", doing, (200, 202, 204, 404)))


def _call(method: str, reference: Reference, doing: str, expected: tuple[int, ...]) -> Call:
    path = f"manifests/{reference.target}"
    return Call(method, reference.repository, path, doing, expected, headers=_ACCEPT)


def _digest_of(data: bytes, promised: str) -> str:
    """Return the digest of *data* by the algorithm of the one that was *promised*."""
    if not promised.startswith("sha512:"):
        return digest_of_bytes(data)
    return f"sha512:{hashlib.sha512(data).hexdigest()}"


def _media_type(answer: Answer) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip()
