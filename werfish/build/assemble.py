"""One missing stage becomes an image: bytes for git content and settings, a container for commands.

Law: a container is started only for a user's own instructions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stages.image import ImageSpec, RuntimeSettings
from stages.kinds.git import changes_of
from stages.light_dataclass import dataclass
from stages.sources import entries_in
from stages.stage import BRINGS_GIT, Selected, Stage, StageName
from werfish.build.adapters import BuildAdapters
from werfish.build.blob_reader import BlobReader
from werfish.build.chains import Chains
from werfish.build.git_layer import Content, archive_entries, patch_entries
from werfish.build.image_settings import configured
from werfish.build.imports import import_layers, told_at
from werfish.build.in_the_way import InTheWayError
from werfish.build.instruct import Work, run_instructions
from werfish.build.runtime import runtime_of
from werfish.build.temporary_folders import TemporaryFolders
from werfish.build.told import with_variables
from werfish.containers.backend import BaseImage, Layer, LocalImage
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig, fits
from werfish.oci.labels import BASE_DIGEST, DIGEST, PARENT, stage_labels
from werfish.oci.layer import UnstorableNameError
from werfish.oci.reference import parse_reference


@dataclass(frozen=True, slots=True)
class Below:
    """What a stage is put on: the selected stage before it, and that stage's image."""

    selected: Selected
    image: LocalImage


def make_stage(
    project: str,
    image: ImageSpec,
    stage: Stage,
    below: Below | None,
    chains: Chains,
    adapters: BuildAdapters,
    temporary: TemporaryFolders,
    after: Sequence[Stage] = (),
) -> LocalImage:
    """Build *stage* of *image* on *below* (``None`` for the first) and return its image, untagged.

    *chains* knows the project's other images, *temporary* has the image's temporary folders. Those
    of *after*, which follow and bring settings only, are made in the same go: the backend has their
    images when they are asked for. Errors are the adapters' own: an unknown base, a failing
    instruction, an unknown owner.
    """
    if below is None:
        return _from_base(project, image, stage, chains, adapters)

    def settled(stage: Stage, below: ImageConfig) -> ImageConfig:
        config = _with_settings(project, image, stage, _config_of(project, stage, below, adapters))
        return with_variables(config, told_at(image, stage, chains))

    def ahead(config: ImageConfig) -> Sequence[ImageConfig]:
        configs: list[ImageConfig] = []
        for one in after:
            config = settled(one, config).with_layers((), f"werfish {one.name}")
            configs.append(config)
        return configs

    config = settled(stage, below.image.config)
    layers = (
        *_git_layers(image, stage, below, adapters),
        *import_layers(image, stage, below.image, chains, adapters),
    )
    config = config.with_layers(tuple(layer.diff_id for layer in layers), f"werfish {stage.name}")
    work, span = Work(image, stage), adapters.trace.span
    if work.is_empty:
        with span("load image"):
            return adapters.backend.assemble(below.image, layers, config, "", ahead=ahead(config))
    base = below.image
    if layers:
        with span("load image"):
            base = adapters.backend.assemble(below.image, layers, config, "", is_step=True)
    try:
        with span("run instructions"):
            return run_instructions(work, base, config, adapters, temporary, ahead)
    finally:
        if layers:
            adapters.backend.discard(base)


def _with_settings(
    project: str, image: ImageSpec, stage: Stage, config: ImageConfig
) -> ImageConfig:
    if stage.name is StageName.DOCKER_INSTRUCTIONS and image.runtime is not None:
        return replace(config, runtime=_runtime(image, image.runtime, config))
    if stage.name is StageName.IMAGE_SPEC and image.settings is not None:
        return configured(config, image.settings, project=project, image=image.name)
    return config


def _runtime(image: ImageSpec, settings: RuntimeSettings, below: ImageConfig) -> dict[str, Any]:
    try:
        return runtime_of(below.runtime, settings)
    except BuildError as error:
        raise BuildError(f'image "{image.title}": docker: {error}', hint=error.hint) from error


def _from_base(
    project: str, image: ImageSpec, stage: Stage, chains: Chains, adapters: BuildAdapters
) -> LocalImage:
    base = _base(image, chains, adapters)
    config = _config_of(project, stage, base.image.config, adapters)
    if base.digest:
        labels = {**config.labels, BASE_DIGEST: base.digest}
        config = replace(config, runtime={**config.runtime, "Labels": labels})
    return adapters.backend.assemble(
        base.image, (), config.with_layers((), f"werfish {stage.name}"), ""
    )


def _base(image: ImageSpec, chains: Chains, adapters: BuildAdapters) -> BaseImage:
    stored = chains.stored(image.base_image) if image.base_image else None
    if stored is None:
        return adapters.backend.resolve_base(_reference(image, adapters), image.platform)
    below = adapters.storage.image(stored)
    _require_platform(image, below)
    return BaseImage(below, "")


def _require_platform(image: ImageSpec, below: LocalImage) -> None:
    found = below.config.platform
    if not fits(found, image.platform):
        raise BuildError(
            f'image "{image.title}": the image "{image.base_image}" that it is built from is for'
            f" {found}, not for {image.platform}",
            hint="give both the same platform, or leave it out of the lower one",
        )


def _reference(image: ImageSpec, adapters: BuildAdapters) -> str:
    digest = adapters.bases.digest(image.base) if image.follows else ""
    if not digest:
        return image.base
    return str(parse_reference(image.base).repository.pinned(digest))


def _config_of(
    project: str, stage: Stage, base: ImageConfig, adapters: BuildAdapters
) -> ImageConfig:
    parent = {PARENT: base.labels[DIGEST]} if DIGEST in base.labels else {}
    own = stage_labels(project, stage.name, stage.digest, stage.commits)
    labels = {**base.labels, **parent, **own}
    return replace(
        base,
        created=created_at(adapters.repository.commit_time),
        runtime={**base.runtime, "Labels": labels},
    )


def created_at(commit_time: int) -> str:
    """Return *commit_time* (seconds since 1970) as an image's ``created``: it is no clock's."""
    return datetime.fromtimestamp(commit_time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _git_layers(
    image: ImageSpec, stage: Stage, below: Below, adapters: BuildAdapters
) -> Sequence[Layer]:
    """Write the git content that the stage brings: nothing, all of it, or what changed."""
    if stage.name not in BRINGS_GIT or not image.mappings:
        return ()
    contents = _contents(image, dict(below.selected.commits), adapters)
    is_archive = stage.name is StageName.GIT_ARCHIVE
    if not is_archive and not any(content.changes for content in contents):
        return ()
    span = adapters.trace.span
    read = span("read facts of the image below")
    with read, _naming(image), adapters.backend.tree(below.image) as tree:
        drafted = (archive_entries if is_archive else patch_entries)(contents, tree)
    if not drafted:
        return ()
    reader = BlobReader(contents, adapters.repositories)
    with span("write layer", entries=len(drafted)):
        return (adapters.layers.write_objects(reader.with_links(drafted), reader.read),)


@contextmanager
def _naming(image: ImageSpec) -> Iterator[None]:
    """Name *image* in the error of a file that cannot come where it should."""
    try:
        yield
    except (InTheWayError, UnstorableNameError) as error:
        raise error.named(image.title) from error


def _contents(
    image: ImageSpec, held: Mapping[str, str], adapters: BuildAdapters
) -> tuple[Content, ...]:
    changes = dict(changes_of(image, adapters.repositories, held))
    repositories = adapters.repositories
    found = []
    for mapping in image.mappings:
        repository = repositories[mapping.repository]
        entries = entries_in(repository.entries(repository.commit), mapping.tree_path)
        found.append(Content(mapping, entries, repository.commit_time, changes[mapping]))
    return tuple(found)
