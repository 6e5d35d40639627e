"""Publish images as the user's own: to addresses of any registry, without what tells of werfish."""

from collections.abc import Sequence
from dataclasses import replace

from stages.light_dataclass import dataclass
from werfish.actions.build import selected_images
from werfish.actions.publish import image_request, require_final
from werfish.build.chains import BuiltChain
from werfish.config.model import Project
from werfish.oci.reference import HUB, Reference, Repository, parse_reference
from werfish.publish.annotations import Origin, annotations_of
from werfish.publish.errors import TagError
from werfish.publish.publish import PublishedImage, PublishRequest, publish_images
from werfish.publish.templates import filled
from werfish.storage.stage_storage import StageStorage
from werfish.storage.transfer.carrier import Carrier

_SIGNATURE = "0" * 64


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """*templates* of addresses with tags; the rest is as in `PublishOptions`."""

    templates: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()
    mirrors: tuple[str, ...] = ()
    origin: Origin = Origin()


def check_templates(project: Project, names: tuple[str, ...], options: ExportOptions) -> None:
    """Raise what is wrong with the templates before anything is built for them."""
    require_final(project, names)
    owners: dict[Reference, str] = {}
    for image in selected_images(project, names):
        if not image.is_final:
            continue
        for template in options.templates:
            reference = address_of(template, image.name, _SIGNATURE)
            if owners.setdefault(reference, image.title) != image.title:
                raise TagError(
                    f'export image "{image.title}" as "{template}": so would be "'
                    f'{owners[reference]}"',
                    hint="put %image% or %image_slug% into the template",
                )


def address_of(template: str, image: str, signature: str) -> Reference:
    """Return where *image* goes by *template*; `TagError` where that is no address."""
    text = filled(template, image, signature)
    try:
        reference = parse_reference(text)
    except ValueError as error:
        raise TagError(f'export image "{image or "~"}" as "{text}": {error}') from error
    if reference.digest:
        raise TagError(
            f'export image "{image or "~"}" as "{text}": a digest follows from the image',
            hint="write a tag in its place",
        )
    first = text.partition("/")[0]
    if reference.repository.registry == HUB and not first.endswith(HUB):
        raise TagError(
            f'export image "{image or "~"}" as "{text}": it names no registry',
            hint=f"write index.{HUB}/… for Docker Hub",
        )
    return reference


def export(
    project: Project,
    chains: Sequence[BuiltChain],
    options: ExportOptions,
    storage: StageStorage,
    carrier: Carrier,
) -> tuple[PublishedImage, ...]:
    """Export every final image of *chains* to all addresses, several at once."""
    requests = [
        request
        for chain in chains
        if chain.image.is_final
        for request in _requests(project, chain, options, storage)
    ]
    return tuple(image for images in publish_images(requests, carrier) for image in images)


def _requests(
    project: Project, chain: BuiltChain, options: ExportOptions, storage: StageStorage
) -> Sequence[PublishRequest]:
    """Return one request a repository."""
    name, signature = chain.image.name, chain.signature.value
    targets: dict[Repository, list[Reference]] = {}
    for template in options.templates:
        reference = address_of(template, name, signature)
        targets.setdefault(reference.repository, []).append(reference)
    request = image_request(project, chain, storage, options.mirrors)
    annotations = annotations_of(options.origin, request.image.config.created)
    return [
        replace(
            request,
            targets=tuple(dict.fromkeys(references)),
            labels=options.labels,
            annotations=annotations,
            is_export=True,
        )
        for references in targets.values()
    ]
