"""The media types of manifests, configurations and layers, of OCI and of Docker. Pure.

Both families say the same things; what werfish writes itself carries OCI's names.
"""

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip"

MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
"""What one image may be described by."""

INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
"""What lists several manifests, one a platform."""

ACCEPTED = (OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX, DOCKER_INDEX)
"""What we ask a registry for; without all four it may convert or refuse."""

_OCI_OF_DOCKER = {
    DOCKER_MANIFEST: OCI_MANIFEST,
    DOCKER_INDEX: OCI_INDEX,
    DOCKER_CONFIG: OCI_CONFIG,
    DOCKER_LAYER: OCI_LAYER,
    DOCKER_LAYER_GZIP: OCI_LAYER_GZIP,
}
_DOCKER_OF_OCI = {oci: docker for docker, oci in _OCI_OF_DOCKER.items()}


def oci_type_of(media_type: str) -> str:
    """Return OCI's name for *media_type*: the bytes are the same. Unknown types stay."""
    return _OCI_OF_DOCKER.get(media_type, media_type)


def docker_type_of(media_type: str) -> str:
    """Return Docker's name for *media_type*; ValueError where Docker has none, as for zstd."""
    if media_type in _OCI_OF_DOCKER:
        return media_type
    if media_type not in _DOCKER_OF_OCI:
        raise ValueError(f'Docker has no name for "{media_type}"')
    return _DOCKER_OF_OCI[media_type]
