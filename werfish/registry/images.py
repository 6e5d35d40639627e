"""Images and indexes put into a registry: in OCI's terms, or in Docker's where it knows no others.

Old registries refuse a manifest of a kind that they do not know, each in its own words. Both kinds
say the same, so the refused one is put once more in Docker's terms, as skopeo does. The digest is
another one then, and so may be the tag that names it.
"""

import threading
from collections.abc import Callable

from werfish.oci.manifest import Index, Manifest, digest_of_bytes, in_docker_terms
from werfish.oci.reference import Reference, Repository
from werfish.registry.errors import RefusedError
from werfish.registry.manifests import StoredManifest, put_manifest
from werfish.registry.session import Session

Named = Callable[[str], Reference]
"""Gives the reference of an image or index, from the digest of its manifest."""


class ImagePutter:
    """Puts images by *session*, for many threads.

    *report* hears once of a registry that wants Docker's terms.
    """

    def __init__(self, session: Session, report: Callable[[str], object]) -> None:
        """Take every registry for one that knows OCI's terms."""
        self._session = session
        self._report = report
        self._guard = threading.Lock()
        self._refused: set[tuple[Repository, str]] = set()

    def put(self, named: Named, image: Manifest | Index) -> StoredManifest:
        """Put *image* under what is *named* by its digest, and return it as it was stored."""
        repository = named(digest_of_bytes(b"")).repository
        docker = _in_docker_terms(image)
        if docker is not None and (repository, image.media_type) in self._refused:
            return self._put(named, docker)
        try:
            return self._put(named, image)
        except RefusedError as error:
            if docker is None or docker == image or not error.is_of_kind:
                raise
            stored = self._put_instead(named, docker, error)
        self._remember(repository, image.media_type)
        return stored

    def _remember(self, repository: Repository, media_type: str) -> None:
        host = repository.registry
        with self._guard:
            is_new = all(host != other.registry for other, _ in self._refused)
            self._refused.add((repository, media_type))
        if is_new:
            self._report(f'"{host}" refuses manifests of OCI: it gets images in Docker\'s format')

    def _put_instead(
        self, named: Named, docker: Manifest | Index, first: RefusedError
    ) -> StoredManifest:
        try:
            return self._put(named, docker)
        except RefusedError as error:
            if error.is_of_kind:
                raise first from error
            raise  # the kind alone was wrong: what is wrong now is news

    def _put(self, named: Named, image: Manifest | Index) -> StoredManifest:
        data = image.encode()
        reference = named(digest_of_bytes(data))
        digest = put_manifest(self._session, reference, image.media_type, data)
        return StoredManifest(reference, image.media_type, digest, data)


def _in_docker_terms(image: Manifest | Index) -> Manifest | Index | None:
    try:
        return in_docker_terms(image)
    except ValueError:
        return None
