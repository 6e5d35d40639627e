"""``werfish export``."""

from typing import Any

import click

from werfish.cli import wiring
from werfish.cli.flags import DockerFlags, GitFlags, ProjectFlags, SshFlags, StagesFlags, taken
from werfish.cli.labels import labels_of
from werfish.cli.option_groups.image_names import images_argument
from werfish.cli.option_groups.images import build_options, require_built_option, ssh_options
from werfish.cli.option_groups.places import docker_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import kube_options
from werfish.cli.options import WerfCommand, option
from werfish.cli.surroundings import Wanted


@click.command("export", cls=WerfCommand)
@images_argument
@option(
    "--tag",
    "templates",
    multiple=True,
    family="WERF_EXPORT_TAG_",
    help="Where to: an address with a tag, in which %image%, %image_slug%, %image_safe_slug% and"
    " %image_content_based_tag% are filled in. Repeatable.",
)
@option(
    "--add-label",
    "labels",
    multiple=True,
    family="WERF_EXPORT_ADD_LABEL_",
    help="A label name=value for the images, or several, a line each. Repeatable.",
)
@option(
    "--add-label-separator",
    "separator",
    default="\n",
    variables=("WERF_EXPORT_ADD_LABEL_SEPARATOR",),
    help="What separates several labels in one --add-label; else a line break.",
)
@stages_options
@require_built_option
@build_options
@git_options
@kube_options
@project_options
@docker_options
@ssh_options
@log_options
def command(
    images: tuple[str, ...],
    templates: tuple[str, ...],
    labels: tuple[str, ...],
    separator: str,
    require_built_images: bool,
    **flags: Any,
) -> None:
    """Build all images, or each IMAGE, and export them to addresses of any registry.

    What tells of werfish is left out: exported images are yours, and no clean-up removes them.
    """
    from werfish.actions.build import BuildOptions, build, check_built
    from werfish.actions.export import ExportOptions, check_templates, export

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    if not templates:
        raise click.UsageError("an address is required: --tag REGISTRY/PATH:TAG")
    added = labels_of(labels, separator)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    opened = wiring.opened(project_flags)
    options = ExportOptions(templates, added, docker.mirrors, wiring.origin_of(opened))
    check_templates(opened.project, images, options)
    wanted = Wanted(taken(SshFlags, flags))
    with wiring.building(
        project_flags, stages, docker, git, opened, wanted=wanted, images=images
    ) as (
        project,
        tools,
        at,
    ):
        make = check_built if require_built_images else build
        chains = make(project, BuildOptions(images, stages.workers), tools)
        export(project, chains, options, tools.storage, at.carrier())
