"""The registry client as the rest of werfish uses it: one object, safe for many threads.

Every operation is tried again where that makes sense, logged in where the registry asks for it,
and ends in a `RegistryError` that says what to do.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from werfish.ahead import Ahead
from werfish.backoff import Timing
from werfish.log import Log
from werfish.oci.manifest import Descriptor, Index, Manifest
from werfish.oci.reference import Reference, Repository
from werfish.registry import blobs, manifests, tags, uploads
from werfish.registry.begun import BegunUploads
from werfish.registry.bodies import stoppable
from werfish.registry.credentials import CredentialSource
from werfish.registry.hosts import RegistrySettings
from werfish.registry.images import ImagePutter, Named
from werfish.registry.lookups import Lookups
from werfish.registry.manifests import StoredManifest
from werfish.registry.messages import Answer, Body, Request
from werfish.registry.session import Open, Session
from werfish.registry.transfer import WORKERS
from werfish.registry.vendors.vendor import RepositoryMaker, make_none

if TYPE_CHECKING:
    from werfish.registry.transport import Transport

MakerOf = Callable[[Open], RepositoryMaker]


def _transport() -> "type[Transport]":
    """Import it: that takes a tenth of a second, and others wait for git or a daemon meanwhile."""
    from werfish.registry.transport import Transport

    return Transport


class RegistryClient:
    """Manifests, blobs and tags of any registry. `close` when done."""

    def __init__(
        self,
        settings: RegistrySettings,
        credentials: CredentialSource,
        timing: Timing,
        log: Log,
        maker: MakerOf | None = None,
    ) -> None:
        """Open nothing yet; *log* hears, as a detail, why something is tried again.

        *maker* gives what makes repositories, from what sends its requests.
        """
        self._settings = settings
        self._guard = threading.Lock()
        self._transport: Transport | None = None
        self._kind = Ahead(_transport)
        make = maker(self._open) if maker else make_none
        self._session = Session(
            self._open, credentials, settings, timing, log.detail, make, log.info
        )
        self._pushable: set[Repository] = set()
        self._begun = BegunUploads()
        self._lookups = Lookups(self._session)
        self._images = ImagePutter(self._session, log.info)

    def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            self._transport.close()

    def _open(self, request: Request) -> AbstractContextManager[Answer]:
        with self._guard:
            if self._transport is None:
                self._transport = self._kind.answer()(self._settings)
        return self._transport.open(request)

    def workers(self, repository: Repository) -> int:
        """Return how many small requests to the registry of *repository* to send at a time."""
        return 1 if self._session.is_near(repository) else WORKERS

    def get_manifest(self, reference: Reference) -> StoredManifest:
        """Return what *reference* names, verified; `NotFoundError` where it is not there."""
        return manifests.get_manifest(self._session, reference)

    def find_manifest(self, reference: Reference) -> StoredManifest | None:
        """Return what *reference* names, verified, or ``None``."""
        return manifests.find_manifest(self._session, reference)

    def head_manifest(self, reference: Reference) -> Descriptor | None:
        """Return the descriptor of what *reference* names, or ``None``."""
        return manifests.head_manifest(self._session, reference)

    def put_manifest(self, reference: Reference, media_type: str, data: bytes) -> str:
        """Make *reference* name the manifest *data*, and return its digest."""
        return manifests.put_manifest(self._session, reference, media_type, data)

    def put_image(self, named: Named, image: Manifest | Index) -> StoredManifest:
        """Put an image or index, in Docker's terms where the registry knows no others.

        *named* gives its reference, from the digest of what is put. What is returned was stored.
        """
        return self._images.put(named, image)

    def delete_manifest(self, repository: Repository, digest: str) -> None:
        """Delete a manifest with **all** its tags; `DeletionDisabledError` where that is off."""
        manifests.delete_manifest(self._session, repository, digest)

    def has_blob(self, repository: Repository, digest: str, size: int = 0) -> bool:
        """Whether *repository* has the blob, and all of it where its *size* is given."""
        return self._lookups.has(repository, digest, size)

    def damaged_in(self, registry: str) -> frozenset[str]:
        """Return the blobs that were found damaged in any repository of *registry*.

        Most registries have one store for all of their repositories.
        """
        return self._lookups.damaged_in(registry)

    def require_mended(self, repository: Repository, digest: str, size: int) -> None:
        """Look again at a blob that was damaged, and may have been put since.

        `DamagedBlobError` where it still is.
        """
        if self._lookups.is_damaged(repository, digest):
            self._lookups.require_mended(repository, digest, size)

    def require_whole(self, repository: Repository, digest: str, size: int) -> None:
        """Look at a blob that the registry may have had already; `DamagedBlobError` if it is."""
        self._lookups.require_mended(repository, digest, size)

    def get_blob(self, repository: Repository, blob: Descriptor) -> Iterator[bytes]:
        """Read *blob* as it arrives; `MismatchError` at its end where the bytes are wrong."""
        return blobs.get_blob(self._session, repository, blob)

    def read_blob(self, repository: Repository, blob: Descriptor) -> bytes:
        """Return a small blob, such as a configuration, whole and verified."""
        return blobs.read_blob(self._session, repository, blob)

    def mount_blob(self, repository: Repository, digest: str, source: Repository) -> bool:
        """Take a blob over from *source* in the same registry; ``False``: it must be uploaded.

        An upload that the registry opens instead is used by `upload_blob`, or else given up by
        `expect_no_upload`.
        """
        found = blobs.mount_blob(self._session, repository, digest, source)
        if isinstance(found, bool):
            return found
        before = self._begun.keep(repository, digest, found)
        if before is not None:
            blobs.abandon(self._session, repository, before.place)
        return False

    def expect_no_upload(self, repository: Repository, digests: Iterable[str]) -> None:
        """Give up uploads that were opened in place of mounts, and whose blobs will not come."""
        for digest in digests:
            begun = self._begun.take(repository, digest)
            if begun is not None:
                blobs.abandon(self._session, repository, begun.place)

    def upload_blob(
        self,
        repository: Repository,
        digest: str,
        size: int,
        body: Body,
        *,
        look_first: bool = True,
    ) -> bool:
        """Upload a blob unless it is there; return whether bytes were sent.

        Without *look_first* the caller knows already that it is not there. `DamagedBlobError`
        where the registry keeps what it has of it.
        """
        begun = self._begun.take(repository, digest)
        if look_first and self._lookups.has(repository, digest, size):
            if begun is not None:
                blobs.abandon(self._session, repository, begun.place)
            return False
        uploads.upload_blob(self._session, repository, digest, size, body, begun)
        self.require_mended(repository, digest, size)
        return True

    def require_push(self, repository: Repository) -> None:
        """Raise why nothing may be written to *repository*, where that is so; it is asked once."""
        if repository not in self._pushable:
            blobs.require_push(self._session, repository)
            self._pushable.add(repository)

    def make_repository(self, repository: Repository) -> bool:
        """Make *repository* if it is missing and its registry makes none at somebody's push."""
        return self._session.make_repository(repository)

    def blob_body(self, repository: Repository, blob: Descriptor) -> Body:
        """Return the bytes of *blob* as something to upload elsewhere, taken up anywhere."""
        return blobs.RemoteBody(self._session, repository, blob)

    def copy_blob(
        self,
        repository: Repository,
        blob: Descriptor,
        source: Repository,
        stop: threading.Event | None = None,
    ) -> bool:
        """Bring *blob* over from *source*, in any registry; return whether bytes were sent.

        It is mounted where it can be, else streamed; the bytes never lie anywhere in between. They
        stop coming once *stop* is set.
        """
        if source.registry == repository.registry and (
            source == repository or self.mount_blob(repository, blob.digest, source)
        ):
            return False
        body = self.blob_body(source, blob)
        body = stoppable(body, stop) if stop else body
        return self.upload_blob(repository, blob.digest, blob.size, body)

    def delete_blob(self, repository: Repository, digest: str) -> None:
        """Delete a blob; `DeletionDisabledError` where that is off. Gone already is fine."""
        blobs.delete_blob(self._session, repository, digest)

    def delete_tag(self, reference: Reference) -> None:
        """Delete a tag alone; `DeletionDisabledError` where the registry cannot."""
        tags.delete_tag(self._session, reference)

    def list_tags(self, repository: Repository) -> tuple[str, ...]:
        """Return every tag, sorted; none where the repository does not exist."""
        return tags.list_tags(self._session, repository)
