"""``werfish run``."""

import shlex
from typing import Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import DockerFlags, GitFlags, ProjectFlags, StagesFlags, taken
from werfish.cli.option_groups.image_names import complete_images
from werfish.cli.option_groups.images import build_options
from werfish.cli.option_groups.places import docker_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.options import WerfCommand, flag, option
from werfish.errors import ConfigError

_INSIDE = "werfish.run.command"


class RunCommand(WerfCommand):
    """A command that keeps what follows ``--`` apart."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what follows ``--`` aside before click sees the rest."""
        own, inside = args, list[str]()
        if "--" in args:
            place = args.index("--")
            own, inside = args[:place], args[place + 1 :]
        ctx.meta[_INSIDE] = tuple(inside)
        return super().parse_args(ctx, own)


@click.command("run", cls=RunCommand)
@click.argument(
    "image", default="", metavar="[IMAGE] [-- COMMAND...]", shell_complete=complete_images
)
@option(
    "--docker-options",
    default="",
    variables=("WERF_DOCKER_OPTIONS",),
    help="Options of docker run, as a shell would split them.",
)
@flag("shell", help="Run /bin/sh of the image interactively.")
@flag("bash", help="Run /bin/bash of the image interactively.")
@flag("dry-run", variables=("WERF_DRY_RUN",), help="Print the command line, run nothing.")
@stages_options
@build_options
@git_options
@project_options
@docker_options
@log_options
def command(
    image: str,
    docker_options: str,
    shell: bool,
    bash: bool,
    dry_run: bool,
    **flags: Any,
) -> None:
    """Run a container of IMAGE, whose stages are built, with the docker program.

    IMAGE may be left out where the project has one only; what follows -- runs in the container.
    The exit code is the container's. The container stays afterwards, as docker run leaves it,
    unless --docker-options has --rm; --shell and --bash remove theirs.
    """
    from werfish import process
    from werfish.actions.run import RunOptions, run_line
    from werfish.actions.stages import last_stage

    ctx = click.get_current_context()
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    options = RunOptions(_words(docker_options), ctx.meta[_INSIDE], shell, bash)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    names = (image,) if image else ()
    with wiring.building(project_flags, stages, docker, git, images=names) as (
        project,
        adapters,
        _,
    ):
        line = run_line(last_stage(project, image, adapters, stages.workers), options)
    if dry_run:
        output.lines([shlex.join(line)])
    else:
        ctx.exit(process.hand_over(line))


def _words(text: str) -> tuple[str, ...]:
    """Return *text* as a shell would split it."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        problem = str(error).lower()
        raise ConfigError(
            f"read --docker-options {text!r}: {problem}", hint="quote it as for a shell"
        ) from error
