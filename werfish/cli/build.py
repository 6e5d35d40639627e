"""``werfish build``."""

from typing import Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import DockerFlags, GitFlags, ProjectFlags, StagesFlags, taken
from werfish.cli.option_groups import (
    build_options,
    docker_options,
    git_options,
    log_options,
    project_options,
    stages_options,
)
from werfish.cli.options import WerfCommand, flag


@click.command("build", cls=WerfCommand)
@click.argument("images", nargs=-1, metavar="[IMAGE]...")
@stages_options
@flag("dry-run", variables=("WERF_DRY_RUN",), help="Say what would be built, and why.")
@build_options
@git_options
@project_options
@docker_options
@log_options
def command(images: tuple[str, ...], dry_run: bool, **flags: Any) -> None:
    """Build the stages of all images, or of each IMAGE (~ is the nameless one).

    A stage that exists for what it depends on is used; every other one is built, with its reason.
    """
    from werfish.actions import build

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    stages.require_local()
    options = build.BuildOptions(images, stages.workers)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    with wiring.building(project_flags, docker, git) as (project, adapters, _):
        if dry_run:
            output.lines(build.dry_run(project, options, adapters))
        else:
            build.build(project, options, adapters)
