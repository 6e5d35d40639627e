"""``werfish build``."""

from typing import Any

import click

from werfish.cli import output, surroundings, wiring
from werfish.cli.build_reporting import reporting
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    IntrospectionFlags,
    ProjectFlags,
    SshFlags,
    StagesFlags,
    taken,
)
from werfish.cli.option_groups.image_names import images_argument
from werfish.cli.option_groups.images import (
    build_options,
    introspection_options,
    require_built_option,
    ssh_options,
    trace_option,
)
from werfish.cli.option_groups.places import docker_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import kube_options
from werfish.cli.options import WerfCommand, flag, is_from_environment, option


@click.command("build", cls=WerfCommand)
@images_argument
@stages_options
@flag("dry-run", variables=("WERF_DRY_RUN",), help="Say what would be built, and why.")
@option(
    "--report",
    "--report-path",
    "report",
    type=click.Path(dir_okay=False),
    variables=("WERF_REPORT_PATH",),
    help="Write digests, sizes, seconds and reasons into this file.",
)
@option(
    "--report-format",
    type=click.Choice(["json", "env"]),
    variables=("WERF_REPORT_FORMAT",),
    help="The report's format; else env for a file that ends so, json for any other.",
)
@trace_option
@require_built_option
@build_options
@introspection_options
@ssh_options
@git_options
@kube_options
@project_options
@docker_options
@log_options
def command(
    images: tuple[str, ...],
    dry_run: bool,
    report: str | None,
    report_format: str | None,
    trace: str | None,
    require_built_images: bool,
    **flags: Any,
) -> None:
    """Build the stages of all images, or of each IMAGE (~ is the nameless one).

    A stage that exists for what it depends on is used; every other one is built, with its reason.
    """
    from werfish.actions import build

    if dry_run and report and not is_from_environment("report"):
        raise click.UsageError(
            "--report: with --dry-run nothing is built to report on; leave out one of them"
        )
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    options = build.BuildOptions(images, stages.workers)
    introspection = surroundings.introspection_of(taken(IntrospectionFlags, flags))
    wanted = surroundings.Wanted(taken(SshFlags, flags), introspection)
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    with (
        reporting(None if dry_run else report, report_format) as reporter,
        wiring.building(
            project_flags, stages, docker, git, trace=trace, wanted=wanted, images=images
        ) as opened,
    ):
        project, adapters, _ = opened
        if dry_run:
            output.lines(build.dry_run(project, options, adapters))
            return
        with reporter.following(project, options, adapters):
            chains = (
                build.check_built(project, options, adapters)
                if require_built_images
                else build.build(project, options, adapters, reporter.progress)
            )
        reporter.write(chains, adapters)
