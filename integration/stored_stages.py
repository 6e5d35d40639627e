"""Whether everything in a repository of stages is there, right, and found by who asks for it."""

from collections.abc import Iterator

from stages.digest import Digest
from werfish.errors import RegistryError
from werfish.oci.manifest import Index, Manifest
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.errors import NotFoundError
from werfish.storage.repo.candidates import digest_in
from werfish.storage.transfer.push import TEMPORARY_PREFIX


def problems_in(repository: Repository, client: RegistryClient) -> list[str]:
    """Return what is wrong in *repository*: tags and blobs that are broken, stages out of reach."""
    tags = client.list_tags(repository)
    verified: set[str] = set()
    broken = [problem for tag in tags for problem in _broken(repository, tag, client, verified)]
    stored = {digest for tag in tags if (digest := digest_in(tag)) is not None}
    return [
        *broken,
        *(one for digest in stored for one in _unreachable(repository, digest, client)),
    ]


def _broken(
    repository: Repository, target: str, client: RegistryClient, verified: set[str]
) -> Iterator[str]:
    """Yield what of *target*, and of all that it names, cannot be read whole."""
    is_digest = target.startswith("sha256:")
    reference = repository.pinned(target) if is_digest else repository.tagged(target)
    try:
        manifest = client.get_manifest(reference).decode()
        match manifest:
            case Index():
                for child in manifest.manifests:
                    yield from _broken(repository, child.digest, client, verified)
            case Manifest():
                for blob in (manifest.config, *manifest.layers):
                    if blob.digest not in verified:
                        for _ in client.get_blob(repository, blob):
                            pass
                        verified.add(blob.digest)
    except NotFoundError as error:
        # Two homes push the same under one temporary tag, and one of them may put it while the
        # other deletes: the registry then keeps a tag without a manifest, which is used by nobody.
        if not target.startswith(TEMPORARY_PREFIX):
            yield f"{target}: {error}"
    except RegistryError as error:
        yield f"{target}: {error}"


def _unreachable(repository: Repository, digest: Digest, client: RegistryClient) -> Iterator[str]:
    """Yield a problem where who asks for *digest* gets no stage."""
    found = client.find_manifest(repository.tagged(digest.value))
    hint = found.decode() if found else None
    if hint is None or (isinstance(hint, Index) and not hint.manifests):
        yield f"{digest}: it is stored, and nobody finds it"
