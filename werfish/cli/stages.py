"""``werfish stages``: what images are built of."""

from typing import Any

import click

from werfish.cli import output, wiring
from werfish.cli.build import command as build
from werfish.cli.flags import DockerFlags, GitFlags, LockFlags, ProjectFlags, StagesFlags, taken
from werfish.cli.option_groups.image_names import complete_images, images_argument
from werfish.cli.option_groups.images import build_options
from werfish.cli.option_groups.places import docker_options, stages_options, synchronization_option
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import kube_options
from werfish.cli.options import WerfCommand, grouped, option

lookup_options = grouped(
    stages_options, build_options, git_options, project_options, docker_options, log_options
)
copy_options = grouped(
    synchronization_option, kube_options, project_options, docker_options, log_options
)


@click.group("stages")
def command() -> None:
    """Look at the stages of images."""


command.add_command(build)


@command.command("list", cls=WerfCommand)
@images_argument
@option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or JSON.",
)
@lookup_options
def list_(images: tuple[str, ...], form: str, **flags: Any) -> None:
    """Print every stage, with the image that it is stored as, or why it would be built."""
    from werfish.actions.stages import list_stages

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    with wiring.building(project_flags, stages, docker, git, images=images) as (
        project,
        adapters,
        _,
    ):
        output.lines(list_stages(project, images, form, adapters))


@command.command("image", cls=WerfCommand)
@click.argument("image", default="", metavar="[IMAGE]", shell_complete=complete_images)
@lookup_options
def image_(image: str, **flags: Any) -> None:
    """Print the name of the image that the last stage of IMAGE is stored as.

    IMAGE may be left out where the project has one only. A missing stage is an error.
    """
    from werfish.actions.stages import last_stage

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    names = (image,) if image else ()
    with wiring.building(project_flags, stages, docker, git, images=names) as (
        project,
        adapters,
        _,
    ):
        output.lines([last_stage(project, image, adapters, stages.workers)])


def _copy(source: str, target: str, flags: dict[str, Any]) -> None:
    from werfish.actions.sync import Copying, sync_stages

    project_flags, docker = taken(ProjectFlags, flags), taken(DockerFlags, flags)
    locks = taken(LockFlags, flags)
    with wiring.two_storages(project_flags, docker, locks, source, target) as (one, other, log):
        sync_stages(Copying(one.storage, other.storage, other.backend, log))


@command.command("sync", cls=WerfCommand)
@option(
    "--from",
    "source",
    required=True,
    variables=("WERF_FROM",),
    help="Where stages are: :local, or a repository.",
)
@option(
    "--to",
    "target",
    required=True,
    variables=("WERF_TO",),
    help="Where they are copied to: :local, or a repository.",
)
@copy_options
def sync(source: str, target: str, **flags: Any) -> None:
    """Copy the project's stages to another storage; those that are there are left alone."""
    if source.rstrip("/") == target.rstrip("/"):
        raise click.UsageError(f'--from and --to are both "{source}": name two storages')
    _copy(source, target, flags)


@command.command("switch-from-local", cls=WerfCommand)
@option(
    "--to",
    "target",
    required=True,
    variables=("WERF_TO",),
    help="The repository that the stages are copied to.",
)
@copy_options
def switch_from_local(target: str, **flags: Any) -> None:
    """Copy the project's stages from :local to a repository, to go on with them there."""
    if target == ":local":
        raise click.UsageError('--to ":local": name a repository')
    _copy(":local", target, flags)
    output.lines([f"export WERF_STAGES_STORAGE={target}"])
