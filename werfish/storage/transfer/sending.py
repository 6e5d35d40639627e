"""Blobs and manifests sent to a repository, also where it keeps a damaged one of the same digest.

Then a layer goes as another blob: an empty member after the others of gzip changes the digest, and
nothing of what is unpacked. A manifest gets an annotation more.
"""

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.oci.labels import PREFIX
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import DOCKER_LAYER_GZIP, OCI_LAYER_GZIP
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import BROKEN_MANIFEST, DamagedBlobError
from werfish.registry.images import Named
from werfish.registry.manifests import StoredManifest
from werfish.registry.messages import Body
from werfish.storage.transfer.carrier import Carrier

GZIP = frozenset({OCI_LAYER_GZIP, DOCKER_LAYER_GZIP})

_ANEW, _TRIES = PREFIX + "anew", 5
_EMPTY_MEMBER = gzip.compress(b"", mtime=0)


def send_layer(
    repository: Repository, blob: Descriptor, body: Body, carrier: Carrier
) -> Descriptor:
    """Upload *blob*, whose bytes are *body*, and return the blob that the layer is now."""
    for left in reversed(range(_TRIES)):
        try:
            carrier.registry.upload_blob(repository, blob.digest, blob.size, body, look_first=False)
            if isinstance(body, _Longer):  # an earlier run may have sent it, too
                carrier.registry.require_whole(repository, blob.digest, blob.size)
            break
        except DamagedBlobError as error:
            if not left or blob.media_type not in GZIP:
                raise
            carrier.log.warning(f"{error}; the layer goes there as another blob")
            body = _Longer(body)
            blob = body.described(blob)
    return blob


def put_anew(named: Named, image: Manifest, registry: RegistryClient) -> StoredManifest:
    """Put *image* where the registry could not read what may have been the same manifest.

    It keeps a manifest that it holds damaged: then one that says no more has another digest. Raises
    what reading gives where it reads none of them.
    """
    stored = registry.put_image(named, image)
    for number in range(1, _TRIES):
        with suppress(*BROKEN_MANIFEST):
            registry.get_manifest(stored.reference)
            return stored
        marks = ((_ANEW, str(number)),)
        marked = replace(image, annotations=(*image.annotations, *marks))
        stored = registry.put_image(named, marked)
    registry.get_manifest(stored.reference)
    return stored


@dataclass(frozen=True, slots=True)
class _Longer:
    """*body* with an empty member at its end."""

    body: Body

    def __call__(self) -> Iterator[bytes]:
        """Open it at its beginning."""
        yield from self.body()
        yield _EMPTY_MEMBER

    def described(self, blob: Descriptor) -> Descriptor:
        """Return the descriptor of the whole; *blob* describes the body."""
        hasher = hashlib.sha256()
        for chunk in self():
            hasher.update(chunk)
        digest, size = f"sha256:{hasher.hexdigest()}", blob.size + len(_EMPTY_MEMBER)
        return replace(blob, digest=digest, size=size)
