"""Publish images: layers, configuration, and last the manifest under every tag.

A tag that has the image already is left alone. Where machines share locks, one of them at a time
writes an image, and the next one looks again first. The configuration holds neither tag nor time,
so all tags of an image name one manifest. Nothing of a publication that ends early is visible: a
manifest is put when everything that it names is there.
"""

import threading
from collections.abc import Sequence

from stages.light_dataclass import dataclass
from werfish.errors import counted
from werfish.oci.config import ImageConfig
from werfish.oci.manifest import Index, Manifest
from werfish.oci.reference import Reference
from werfish.publish.contents import bring_contents
from werfish.publish.request import PublishedImage, PublishRequest, published_config
from werfish.registry.client import RegistryClient
from werfish.registry.errors import BROKEN_MANIFEST, InvalidAnswerError, RefusedError
from werfish.registry.manifests import StoredManifest
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.transfer.carrier import Carrier
from werfish.storage.transfer.sending import put_anew

__all__ = ["PublishRequest", "PublishedImage", "publish_images"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A target, what its tag names now, and whether that is the image already.

    *layers* are those of what it names. Where that is the image, every blob was looked at (a tag
    stays when blobs go), and *missing* are not there, or not whole. *is_broken*: what it names
    cannot be read.
    """

    target: Reference
    stored: StoredManifest | None
    is_current: bool
    layers: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    is_broken: bool = False


def publish_images(
    requests: Sequence[PublishRequest], carrier: Carrier
) -> tuple[tuple[PublishedImage, ...], ...]:
    """Publish several images at once; a layer that they share is moved once.

    Each image's tags come in the order of its targets.
    """
    return in_parallel([_publishing(request, carrier) for request in requests])


def _publishing(request: PublishRequest, carrier: Carrier) -> Job[tuple[PublishedImage, ...]]:
    def publish(stop: threading.Event) -> tuple[PublishedImage, ...]:
        if stop.is_set():
            return ()
        carrier.trace.name_thread(f"publish {request.title}")
        with carrier.trace.span("publish"):
            return _publish(request, carrier)

    return publish


def _publish(request: PublishRequest, carrier: Carrier) -> tuple[PublishedImage, ...]:
    config = published_config(request)
    with carrier.trace.span("look for tags"):
        found = _found(request, config, carrier)
    locks = carrier.shared_locks
    if locks is None or all(one.is_current for one in found):
        return _completed(request, config, found, carrier)
    with locks.held(f"{request.targets[0].repository}-image-{request.title}"):
        return _completed(request, config, _found(request, config, carrier), carrier)


def _completed(
    request: PublishRequest, config: ImageConfig, found: Sequence[_Found], carrier: Carrier
) -> tuple[PublishedImage, ...]:
    """Write what the targets lack, which are as *found*."""
    registry = carrier.registry
    stored = next((one.stored for one in found if one.is_current and one.stored), None)
    image = stored or bring_contents(request, config, _layers_of(found), carrier)
    try:
        with carrier.trace.span("put manifests"):
            digests = _put_all(registry, found, image)
    except RefusedError as error:
        if not error.is_of_lack:
            raise
        # What manifests of the repository name was taken to be there, and has been deleted.
        carrier.seen.forget_all(request.targets[0].repository)
        image = bring_contents(request, config, (), carrier)
        digests = _put_all(registry, found, image)
    published = tuple(
        _published(request.name, one, digest, config.id)
        for one, digest in zip(found, digests, strict=True)
    )
    for result in published:
        became = "published" if result.is_new else "is up to date"
        carrier.log.info(f"{request.title}: {result.reference} {became}")
    return published


def _found(request: PublishRequest, config: ImageConfig, carrier: Carrier) -> Sequence[_Found]:
    return in_parallel([_find(request, target, config, carrier) for target in request.targets])


def _find(
    request: PublishRequest, target: Reference, config: ImageConfig, carrier: Carrier
) -> Job[_Found]:
    def find(stop: object) -> _Found:
        try:
            stored = carrier.registry.find_manifest(target)
        except BROKEN_MANIFEST as error:
            carrier.log.warning(f"{request.title}: {error}; it is published anew")
            return _Found(target, None, is_current=False, is_broken=True)
        manifest = _decoded(stored) if stored else None
        if not isinstance(manifest, Manifest):
            return _Found(target, stored, is_current=False)
        layers = tuple(layer.digest for layer in manifest.layers)
        if manifest.config.digest != config.id:
            return _Found(target, stored, is_current=False, layers=layers)
        missing = _missing(request.title, target, manifest, carrier)
        return _Found(target, stored, is_current=not missing, layers=layers, missing=missing)

    return find


def _missing(title: str, target: Reference, manifest: Manifest, carrier: Carrier) -> frozenset[str]:
    """Return the digests of the blobs of *manifest* that its repository lost, or lost a part of.

    A registry that does not say is no reason to publish what is there.
    """
    blobs, repository = (*manifest.layers, manifest.config), target.repository
    try:
        found = carrier.checked.missing(repository, blobs, carrier.registry)
    except RefusedError as error:
        tell = carrier.log.warning if error.is_transient else carrier.log.detail
        tell(f"{title}: {error}; it is taken to be there")
        return frozenset()
    missing = frozenset(one.digest for one in found)
    if missing:
        carrier.seen.forget(repository, missing)
        problem = f"it lost {len(missing)} of its {counted(len(blobs), 'blob')}, or a part of them"
        carrier.log.warning(f'{title}: "{target}": {problem}; they are published anew')
    return missing


def _decoded(stored: StoredManifest) -> Manifest | Index | None:
    """Return what is there; what is neither image nor index is written over like any other."""
    try:
        return stored.decode()
    except InvalidAnswerError:
        return None


def _layers_of(found: Sequence[_Found]) -> list[str]:
    """Return the layers that the repository has, for images in it name them.

    That a registry still has them whole is not looked at for images that are replaced: it is with
    the next run that finds nothing to do.
    """
    missing = frozenset[str]().union(*(one.missing for one in found))
    return [layer for one in found for layer in one.layers if layer not in missing]


def _put_all(
    registry: RegistryClient, found: Sequence[_Found], image: StoredManifest | Manifest
) -> tuple[str, ...]:
    """Let every target name *image*, and return the digest that each names then."""
    broken = next((one.target for one in found if one.is_broken), None)
    if broken is not None and isinstance(image, Manifest):
        image = put_anew(lambda digest: broken, image, registry)
    return in_parallel([_put(registry, one, image) for one in found])


def _put(registry: RegistryClient, found: _Found, image: StoredManifest | Manifest) -> Job[str]:
    def put(stop: object) -> str:
        if found.is_current and found.stored:
            return found.stored.digest
        if isinstance(image, StoredManifest):
            return registry.put_manifest(found.target, image.media_type, image.data)
        return registry.put_image(lambda digest: found.target, image).digest

    return put


def _published(name: str, found: _Found, digest: str, image_id: str) -> PublishedImage:
    target, is_new = found.target, not found.is_current
    repository = str(target.repository)
    return PublishedImage(name, repository, target.tag, str(target), digest, image_id, is_new)
