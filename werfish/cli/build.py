"""``werfish build``."""

from typing import Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import (
    DockerFlags,
    IntrospectionFlags,
    ProjectFlags,
    SshFlags,
    StagesFlags,
    taken,
)
from werfish.cli.option_groups import (
    build_options,
    docker_options,
    introspection_options,
    log_options,
    project_options,
    ssh_options,
    stages_options,
)
from werfish.cli.options import WerfCommand, flag


@click.command("build", cls=WerfCommand)
@click.argument("images", nargs=-1, metavar="[IMAGE]...")
@stages_options
@flag("dry-run", variables=("WERF_DRY_RUN",), help="Say what would be built, and why.")
@build_options
@introspection_options
@ssh_options
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
    introspection = wiring.introspection_of(taken(IntrospectionFlags, flags))
    ssh = taken(SshFlags, flags)
    with wiring.building(taken(ProjectFlags, flags), docker, ssh, introspection) as parts:
        project, adapters, _ = parts
        if dry_run:
            output.lines(build.dry_run(project, options, adapters))
        else:
            build.build(project, options, adapters)
