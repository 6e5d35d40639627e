"""Publish an image: its layers, its configuration, and last its manifest under every tag.

A tag that has the image already is left alone. The configuration holds neither tag nor time, so
all tags of an image name one manifest. Nothing of a publication that ends early is visible: a
manifest is put when everything that it names is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from werfish.containers.backend import LocalImage
from werfish.errors import RegistryError
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.oci.manifest import Descriptor, Index, Manifest
from werfish.oci.media_types import OCI_CONFIG, OCI_MANIFEST
from werfish.oci.reference import Reference
from werfish.publish.learn import layer_blobs
from werfish.publish.locate import Target
from werfish.publish.push import Pusher
from werfish.publish.summary import summary_of
from werfish.publish.upload import Carrier, bring_layers, remember_layers
from werfish.registry.client import RegistryClient
from werfish.registry.manifests import StoredManifest
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.blobs import BlobStore

IMAGE_LABEL = "io.werfish.image"
PROJECT_LABEL = "io.werfish.project"


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What to publish: *image* is the last stage of image *name* (empty: the nameless one).

    *targets* are tags of one repository. *chain* are the images of the stages below, in order:
    each has some of the lowest layers of *image*. *base_source* is where the base image came
    from, with its digest, if it came from a registry.
    """

    name: str
    project: str
    image: LocalImage
    targets: tuple[Reference, ...]
    chain: tuple[LocalImage, ...] = ()
    base_source: Reference | None = None


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """An image in its registry, under one tag.

    *reference* is ``REPOSITORY:TAG``, *digest* that of the manifest, *image_id* that of the
    configuration. *is_new* tells whether the tag was written.
    """

    name: str
    repository: str
    tag: str
    reference: str
    digest: str
    image_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A target, what its tag names now, and whether that is the image already."""

    target: Reference
    stored: StoredManifest | None
    manifest: Manifest | Index | None
    is_current: bool


def publish_image(
    request: PublishRequest,
    *,
    backend: Pusher,
    registry: RegistryClient,
    blobs: BlobStore,
    log: Log,
) -> tuple[PublishedImage, ...]:
    """Publish an image under each of its targets, and return them in the same order."""
    config = published_config(request)
    found = in_parallel([_find(registry, target, config) for target in request.targets])
    stored = next((one.stored for one in found if one.is_current and one.stored), None)
    if stored is None:
        carrier = Carrier(backend, registry, blobs, log)
        media_type, data = OCI_MANIFEST, _bring(request, config, found, carrier).encode()
    else:
        media_type, data = stored.media_type, stored.data
    jobs = [_put(registry, one, media_type, data) for one in found]
    published = tuple(
        _published(request.name, one, digest, config.id)
        for one, digest in zip(found, in_parallel(jobs), strict=True)
    )
    for image in published:
        became = "published" if image.is_new else "is up to date"
        log.info(f"{image.name or '~'}: {image.reference} {became}")
    return published


def published_config(request: PublishRequest) -> ImageConfig:
    """Return the configuration of the published image: that of the stage, and who it is."""
    config = request.image.config
    labels = {**config.labels, IMAGE_LABEL: request.name, PROJECT_LABEL: request.project}
    return replace(config, runtime={**config.runtime, "Labels": labels})


def _find(registry: RegistryClient, target: Reference, config: ImageConfig) -> Job[_Found]:
    def find(stop: object) -> _Found:
        stored = registry.find_manifest(target)
        manifest = stored.decode() if stored else None
        is_current = isinstance(manifest, Manifest) and manifest.config.digest == config.id
        return _Found(target, stored, manifest, is_current)

    return find


def _put(registry: RegistryClient, found: _Found, media_type: str, data: bytes) -> Job[str]:
    def put(stop: object) -> str:
        if found.is_current and found.stored:
            return found.stored.digest
        return registry.put_manifest(found.target, media_type, data)

    return put


def _published(name: str, found: _Found, digest: str, image_id: str) -> PublishedImage:
    target = found.target
    return PublishedImage(
        name,
        str(target.repository),
        target.tag,
        str(target),
        digest,
        image_id,
        is_new=not found.is_current,
    )


def _bring(
    request: PublishRequest, config: ImageConfig, found: Sequence[_Found], carrier: Carrier
) -> Manifest:
    """Bring everything but the manifest into the repository, and return the manifest."""
    repository = request.targets[0].repository
    _learn_base(request, carrier)
    target = Target(repository, frozenset(_blobs_of(found)))
    brought = bring_layers(request.image, request.chain, target, carrier)
    data = config.encode()
    carrier.registry.upload_blob(repository, config.id, len(data), lambda: [data])
    remember_layers(config.diff_ids, brought.blobs, repository, carrier.blobs)
    carrier.log.info(f"{request.name or '~'}: {summary_of(brought)}")
    return Manifest(Descriptor(OCI_CONFIG, config.id, len(data)), brought.blobs)


def _blobs_of(found: Sequence[_Found]) -> list[str]:
    """Return the layers that the repository has for certain: images in it name them."""
    manifests = [one.manifest for one in found if isinstance(one.manifest, Manifest)]
    return [layer.digest for manifest in manifests for layer in manifest.layers]


def _learn_base(request: PublishRequest, carrier: Carrier) -> None:
    """Learn the blobs of the base image once, so that they can be mounted or copied.

    Its lowest layer tells whether they are known. A registry that does not tell is no reason to
    fail: the backend has the layers, too.
    """
    source, diff_ids = request.base_source, request.image.config.diff_ids
    if source is None or not diff_ids or carrier.blobs.known(diff_ids[0]):
        return
    try:
        _, blobs = layer_blobs(carrier.registry, source, request.image.config)
    except RegistryError as error:
        carrier.log.detail(f"{error}; its layers are pushed from this host")
        return
    remember_layers(tuple(blobs), tuple(blobs.values()), source.repository, carrier.blobs)
