"""Publish images whose stages are built, under every tag that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from werfish.build.adapters import BuildAdapters
from werfish.build.schedule import BuiltChain
from werfish.config.model import Project
from werfish.oci.labels import BASE_SOURCE
from werfish.oci.reference import Reference, parse_reference
from werfish.publish.naming import ImagesRepo, image_reference
from werfish.publish.publish import PublishedImage, PublishRequest, publish_image
from werfish.publish.push import Pusher
from werfish.publish.tagging import ImageTag
from werfish.registry.client import RegistryClient
from werfish.registry.transfer import Job, in_parallel
from werfish.storage.blobs import BlobStore


@dataclass(frozen=True, slots=True)
class PublishOptions:
    """Where images go, and the tags of each."""

    repo: ImagesRepo
    tags: tuple[ImageTag, ...]


@dataclass(frozen=True, slots=True)
class PublishAdapters:
    """What publishing touches beside what building touches."""

    backend: Pusher
    registry: RegistryClient
    blobs: BlobStore


def publish(
    project: Project,
    chains: Sequence[BuiltChain],
    options: PublishOptions,
    adapters: BuildAdapters,
    outside: PublishAdapters,
) -> tuple[PublishedImage, ...]:
    """Publish every image of *chains*, several at once; return what was published, tag by tag."""
    requests = [_request(project, chain, options, adapters) for chain in chains]
    jobs = [_job(request, adapters, outside) for request in requests]
    return tuple(image for images in in_parallel(jobs) for image in images)


def _job(
    request: PublishRequest, adapters: BuildAdapters, outside: PublishAdapters
) -> Job[tuple[PublishedImage, ...]]:
    def run(stop: object) -> tuple[PublishedImage, ...]:
        return publish_image(
            request,
            backend=outside.backend,
            registry=outside.registry,
            blobs=outside.blobs,
            log=adapters.log,
        )

    return run


def _request(
    project: Project, chain: BuiltChain, options: PublishOptions, adapters: BuildAdapters
) -> PublishRequest:
    images = tuple(adapters.storage.image(stage.stored) for stage in chain.stages)
    name, signature = chain.image.name, chain.signature.value
    return PublishRequest(
        name=name,
        project=project.name,
        image=images[-1],
        targets=tuple(
            image_reference(options.repo, name, tag.of(signature)) for tag in options.tags
        ),
        chain=images[:-1],
        base_source=_base_source(images[0].config.labels.get(BASE_SOURCE, "")),
    )


def _base_source(text: str) -> Reference | None:
    try:
        return parse_reference(text) if text else None
    except ValueError:
        return None
