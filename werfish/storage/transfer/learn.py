"""Learn which blobs the layers of an image in a registry are.

A manifest lists blobs by the digests of their compressed bytes, the configuration lists layers by
those of their content: together they say which is which.
"""

from collections.abc import Mapping

from werfish.errors import RegistryError
from werfish.oci.config import ImageConfig, decode_config
from werfish.oci.manifest import Descriptor, Index, Manifest, Platform
from werfish.oci.reference import Reference
from werfish.registry.client import RegistryClient
from werfish.registry.errors import InvalidAnswerError


def layer_blobs(
    registry: RegistryClient, reference: Reference, config: ImageConfig
) -> tuple[str, Mapping[str, Descriptor]]:
    """Return the digest of the manifest of *reference*, and its blobs by layer.

    *config* is that of the image itself or of one built on it; of an index, the manifest for its
    platform counts. `RegistryError` where the image is another one.
    """
    stored = registry.get_manifest(reference)
    manifest = stored.decode()
    if isinstance(manifest, Index):
        platform = Platform(config.os, config.architecture, config.variant)
        child = for_platform(manifest, platform, reference)
        stored = registry.get_manifest(reference.repository.pinned(child.digest))
        manifest = stored.decode()
    if not isinstance(manifest, Manifest):
        raise InvalidAnswerError(f'read "{reference}": an index lists another index')
    diff_ids = _diff_ids(registry, reference, manifest, config)
    if len(diff_ids) != len(manifest.layers):
        raise InvalidAnswerError(f'read "{reference}": its layers are not those of its manifest')
    return stored.digest, dict(zip(diff_ids, manifest.layers, strict=True))


def _diff_ids(
    registry: RegistryClient, reference: Reference, manifest: Manifest, config: ImageConfig
) -> tuple[str, ...]:
    if manifest.config.digest == config.id:
        return config.diff_ids
    data = registry.read_blob(reference.repository, manifest.config)
    try:
        diff_ids = decode_config(data).diff_ids
    except ValueError as error:
        raise InvalidAnswerError(f'read the configuration of "{reference}": {error}') from error
    if config.diff_ids[: len(diff_ids)] != diff_ids:
        raise RegistryError(f'read "{reference}": it is not the image that was built on')
    return diff_ids


def for_platform(index: Index, wanted: Platform, reference: Reference) -> Descriptor:
    """Return what *index*, which *reference* names, has for a platform; an error without it.

    A lone image that does not say what it is for is for any.
    """
    for child in index.manifests:
        platform = child.platform
        if platform is None or (platform.os, platform.architecture) != (
            wanted.os,
            wanted.architecture,
        ):
            continue
        if not wanted.variant or platform.variant in ("", wanted.variant):
            return child
    silent = [child for child in index.manifests if child.platform is None]
    if len(silent) == 1 == len(index.manifests):
        return silent[0]
    raise RegistryError(
        f'read "{reference}": it has no image for {wanted.os}/{wanted.architecture}'
    )
