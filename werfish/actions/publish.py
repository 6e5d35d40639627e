"""Publish images whose stages are built, under every tag that was asked for."""

from collections.abc import Sequence
from dataclasses import replace

from stages.image import ImageSpec
from stages.light_dataclass import dataclass
from werfish.actions.build import selected_images
from werfish.build.chains import BuiltChain
from werfish.config.model import Project
from werfish.oci.labels import BASE_DIGEST
from werfish.oci.reference import Reference
from werfish.publish.annotations import Origin, annotations_of
from werfish.publish.base import base_source
from werfish.publish.errors import NotFinalError, TagError
from werfish.publish.naming import ImagesRepo, image_reference
from werfish.publish.publish import PublishedImage, PublishRequest, publish_images
from werfish.publish.tagging import ImageTag
from werfish.storage.stage_storage import StageStorage
from werfish.storage.transfer.carrier import Carrier


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """Where images go, and the tags of each; *mirrors* of Docker Hub are asked for base images.

    *labels* are added to every image; *origin* is told beside each.
    """

    repo: ImagesRepo
    tags: tuple[ImageTag, ...]
    mirrors: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    origin: Origin = Origin()


def check_names(project: Project, names: tuple[str, ...], options: PublishOptions) -> None:
    """Raise what is wrong with the names of the images before anything is built for them."""
    require_final(project, names)
    owners: dict[str, str] = {}
    for image in selected_images(project, names):
        if not image.is_final:
            continue
        for tag in options.tags:
            signature = image.title.encode().hex().ljust(64, "0")[:64]
            reference = _reference(options.repo, image.name, tag, signature)
            owner = owners.setdefault(str(reference), image.title)
            if owner != image.title:
                raise TagError(
                    f'name image "{image.title}": "{reference}" is image "{owner}" already',
                    hint="take another tag, %image% in a template, or --images-repo-mode multirepo",
                )


def require_final(project: Project, names: tuple[str, ...]) -> None:
    """Raise a `NotFinalError` if one of *names* is an image that is never published."""
    for image in project.images:
        if image.name in names and not image.is_final:
            raise NotFinalError(image.title)


def publish(
    project: Project,
    chains: Sequence[BuiltChain],
    options: PublishOptions,
    storage: StageStorage,
    carrier: Carrier,
) -> tuple[PublishedImage, ...]:
    """Publish every final image of *chains*, several at once; return them, tag by tag."""
    final = [chain for chain in chains if chain.image.is_final]
    if project.images and not final:
        carrier.log.info("nothing to publish: the configuration has no images that are published")
    requests = [_request(project, chain, options, storage) for chain in final]
    return tuple(image for images in publish_images(requests, carrier) for image in images)


def _request(
    project: Project, chain: BuiltChain, options: PublishOptions, storage: StageStorage
) -> PublishRequest:
    name, signature = chain.image.name, chain.signature.value
    request = image_request(project, chain, storage, options.mirrors)
    return replace(
        request,
        targets=tuple(
            dict.fromkeys(_reference(options.repo, name, tag, signature) for tag in options.tags)
        ),
        labels=options.labels,
        annotations=annotations_of(options.origin, request.image.config.created),
    )


def _reference(repo: ImagesRepo, name: str, tag: ImageTag, signature: str) -> Reference:
    return image_reference(repo, name, tag.of(signature, name), names_image=tag.names_image)


def image_request(
    project: Project, chain: BuiltChain, storage: StageStorage, mirrors: tuple[str, ...]
) -> PublishRequest:
    """Return the request to publish the image of *chain*, without targets yet."""
    stages = chain.stages if storage.is_local else chain.stages[-1:]
    images = tuple(storage.image(stage.stored) for stage in stages)
    base = chain.image.base if isinstance(chain.image, ImageSpec) else ""
    digest = images[0].config.labels.get(BASE_DIGEST, "")
    return PublishRequest(
        name=chain.image.name,
        project=project.name,
        image=images[-1],
        targets=(),
        chain=images[:-1],
        base_source=base_source(base, digest, mirrors),
        in_backend=storage.is_local,
    )
