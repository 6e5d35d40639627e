"""Publish images whose stages are built, under every tag that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from stages.image import ImageSpec
from werfish.actions.build import selected_images
from werfish.build.chains import BuiltChain
from werfish.config.model import Project
from werfish.oci.labels import BASE_DIGEST
from werfish.publish.base import base_source
from werfish.publish.naming import ImagesRepo, image_reference
from werfish.publish.publish import PublishedImage, PublishRequest, publish_images
from werfish.publish.tagging import ImageTag
from werfish.storage.stage_storage import StageStorage
from werfish.storage.transfer.carrier import Carrier


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """Where images go, and the tags of each; *mirrors* of Docker Hub are asked for base images."""

    repo: ImagesRepo
    tags: tuple[ImageTag, ...]
    mirrors: tuple[str, ...] = ()


def check_names(project: Project, names: tuple[str, ...], options: PublishOptions) -> None:
    """Raise what is wrong with the names of the images before anything is built for them."""
    for image in selected_images(project, names):
        if not image.is_final:
            continue
        for tag in options.tags:
            image_reference(options.repo, image.name, tag.value or "signature")


def publish(
    project: Project,
    chains: Sequence[BuiltChain],
    options: PublishOptions,
    storage: StageStorage,
    carrier: Carrier,
) -> tuple[PublishedImage, ...]:
    """Publish every final image of *chains*, several at once; return them, tag by tag."""
    final = [chain for chain in chains if chain.image.is_final]
    requests = [_request(project, chain, options, storage) for chain in final]
    return tuple(image for images in publish_images(requests, carrier) for image in images)


def _request(
    project: Project, chain: BuiltChain, options: PublishOptions, storage: StageStorage
) -> PublishRequest:
    stages = chain.stages if storage.is_local else chain.stages[-1:]
    images = tuple(storage.image(stage.stored) for stage in stages)
    name, signature = chain.image.name, chain.signature.value
    base = chain.image.base if isinstance(chain.image, ImageSpec) else ""
    digest = images[0].config.labels.get(BASE_DIGEST, "")
    return PublishRequest(
        name=name,
        project=project.name,
        image=images[-1],
        targets=tuple(
            image_reference(options.repo, name, tag.of(signature)) for tag in options.tags
        ),
        chain=images[:-1],
        base_source=base_source(base, digest, options.mirrors),
        in_backend=storage.is_local,
    )
