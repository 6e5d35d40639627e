"""An image from a Dockerfile: what the backend is asked, and what its answer becomes.

The seam to whatever builds Dockerfiles: a request goes out, an untagged image comes back, and gets
the labels and the time that every stage has.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from stages.build_stages import BuildStage, build_stages, sources_of
from stages.dockerfile import DockerfileSpec
from stages.instruction import DockerfileError, Instruction
from stages.platforms import PLATFORM
from stages.reached import bases_of, reached_stages
from stages.stage import Stage
from werfish.build.adapters import BuildAdapters
from werfish.build.assemble import created_at
from werfish.build.chains import Chains
from werfish.build.dockerfile_ssh import ssh_of
from werfish.build.image_settings import configured
from werfish.build.read_dockerfile import ReadDockerfile
from werfish.build.secrets import secrets_of
from werfish.build.told import told_variables
from werfish.containers.backend import LocalImage
from werfish.containers.docker_pull import UnknownBaseError
from werfish.containers.dockerfile import DockerfileFailedError, DockerfileRequest
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.labels import PREFIX, stage_labels

_ONLY_AN_IMAGE = re.compile(r"[/:@]")


class UnknownSourceError(BuildError):
    """An instruction names what is neither a stage of the Dockerfile nor an image."""

    def __init__(
        self,
        request: DockerfileRequest,
        one: Instruction,
        stages: Sequence[BuildStage],
        cause: UnknownBaseError,
    ) -> None:
        """Name the instruction, the stages that there are, and why it is no image."""
        self.name, self.line = cause.reference, one.line
        known = ", ".join(stage.name or str(stage.index) for stage in stages)
        super().__init__(
            f'build image "{request.image}": {request.path}:{one.line}: "{self.name}", which'
            f" {one.name} names, is no stage (there are {known}), and no image:"
            f" {'; '.join(cause.problems)}",
            hint="correct the name",
        )


def make_dockerfile_image(
    project: str,
    image: DockerfileSpec,
    stage: Stage,
    read: ReadDockerfile,
    chains: Chains,
    adapters: BuildAdapters,
) -> LocalImage:
    """Build *image*, which *read* describes, and return it, untagged.

    *chains* knows the project's other images. Errors are the backend's own.
    """
    request = _request(image, stage, read, chains, adapters)
    try:
        with adapters.trace.span("build Dockerfile"):
            built = adapters.backend.build_dockerfile(request)
    except UnknownBaseError as error:
        raise _unknown_source(request, error) from error
    except DockerfileFailedError as error:
        error.hide(adapters.log.masked)  # it is not the log that says it
        raise
    try:
        config = _config_of(project, stage, built.config, adapters.repository.commit_time)
        with adapters.trace.span("load image"):
            return adapters.backend.assemble(built, (), config, "")
    finally:
        adapters.backend.discard(built)


def make_settings(
    project: str, image: DockerfileSpec, stage: Stage, below: LocalImage, adapters: BuildAdapters
) -> LocalImage:
    """Put the ``imageSpec`` of *image* on the image *below*, and return that, untagged."""
    config = _config_of(project, stage, below.config, adapters.repository.commit_time)
    if image.settings is not None:
        config = configured(config, image.settings, project=project, image=image.name)
    config = config.with_layers((), f"werfish {stage.name}")
    return adapters.backend.assemble(below, (), config, "")


def _request(
    image: DockerfileSpec,
    stage: Stage,
    read: ReadDockerfile,
    chains: Chains,
    adapters: BuildAdapters,
) -> DockerfileRequest:
    args = {**_told(image, chains), **dict(image.args)}
    try:
        reached = reached_stages(image, read.facts, args)
    except DockerfileError as error:
        raise BuildError(str(error)) from error
    origin = f"{image.title}/{stage.name}"
    return DockerfileRequest(
        image=image.title,
        origin=origin,
        path=read.path,
        text=read.text,
        instructions=read.dockerfile.instructions,
        context=read.context,
        output=lambda line: adapters.log.program(origin, line),
        syntax=read.dockerfile.syntax,
        stages=frozenset(one.stage.index for one in reached),
        bases=bases_of(reached),
        target=image.target,
        args=tuple(args.items()),
        add_hosts=image.add_hosts,
        network=image.network,
        ssh=ssh_of(image, adapters.surroundings),
        secrets=secrets_of(image, adapters.surroundings, adapters.log),
        platform=image.platform if image.platform != PLATFORM else "",
    )


def _unknown_source(request: DockerfileRequest, error: UnknownBaseError) -> BuildError:
    """Return *error* as that of the instruction that names it, which may mean a stage by it."""
    name, stages = error.reference, build_stages(request.instructions)
    for one in request.instructions:
        if name in (*sources_of(one), one.args[0] if one.name == "FROM" else ""):
            may_be_stage = one.name != "FROM" or len(stages) > 1
            if may_be_stage and not _ONLY_AN_IMAGE.search(name):
                return UnknownSourceError(request, one, stages, error)
            place = f"{request.path}:{one.line}"
            return BuildError(f'build image "{request.image}": {place}: {error}', hint=error.hint)
    return error


def _told(image: DockerfileSpec, chains: Chains) -> dict[str, str]:
    """Return the arguments that tell of other images."""
    found: dict[str, str] = {}
    for dependency in image.dependencies:
        stored = chains.stored(dependency.image)
        if stored is not None:
            found |= told_variables(dependency, stored)
    return found


def _config_of(project: str, stage: Stage, built: ImageConfig, commit_time: int) -> ImageConfig:
    """Return the configuration with our labels, and the commit's time instead of the clock's."""
    own = {key: value for key, value in built.labels.items() if not key.startswith(PREFIX)}
    labels = {**own, **stage_labels(project, stage.name, stage.digest, stage.commits)}
    created = created_at(commit_time)
    return replace(
        built,
        created=created,
        runtime={**built.runtime, "Labels": labels},
        history=tuple(replace(line, created=created) for line in built.history),
    )
