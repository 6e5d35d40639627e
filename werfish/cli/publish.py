"""``werfish publish``."""

from dataclasses import replace
from typing import Any

import click

from werfish.cli import output, wiring
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    ProjectFlags,
    RepoFlags,
    ResultFlags,
    SshFlags,
    StagesFlags,
    taken,
)
from werfish.cli.option_groups.image_names import images_argument
from werfish.cli.option_groups.images import (
    build_options,
    image_label_option,
    result_options,
    tag_options,
    trace_option,
)
from werfish.cli.option_groups.places import docker_options, images_repo_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import kube_options
from werfish.cli.options import WerfCommand, grouped
from werfish.cli.surroundings import Wanted

publish_options = grouped(
    stages_options,
    images_repo_options,
    tag_options,
    result_options,
    build_options,
    trace_option,
    git_options,
    project_options,
    docker_options,
    log_options,
)
"""What building and publishing all images wants to know."""

chosen_options = grouped(
    images_argument,
    publish_options,
    image_label_option,
    kube_options,
)


@click.command("publish", cls=WerfCommand)
@chosen_options
def command(images: tuple[str, ...], **flags: Any) -> None:
    """Publish all images, or each IMAGE, whose stages are built; nothing is built."""
    run(images, flags, may_build=False)


def run(images: tuple[str, ...], flags: dict[str, Any], *, may_build: bool) -> None:
    """Publish, after building where *may_build*."""
    from werfish.actions.build import BuildOptions, build, check_built
    from werfish.actions.publish import check_names, publish
    from werfish.publish.report import ReportFormat, clashes, publish_report

    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    repo, result = taken(RepoFlags, flags), taken(ResultFlags, flags)
    if result.report:
        output.check_report(result.report, "--report-path")
    make = build if may_build else check_built
    project_flags, git = taken(ProjectFlags, flags), taken(GitFlags, flags)
    wanted = Wanted(taken(SshFlags, flags)) if may_build else None
    opened = wiring.opened(project_flags)
    options = wiring.publish_options_of(repo, stages, result, docker, opened)
    with wiring.building(
        project_flags,
        stages,
        docker,
        git,
        opened,
        trace=flags["trace"],
        wanted=wanted,
        images=images,
    ) as made:
        project, adapters, host = made
        check_names(project, images, options)
        carrier = replace(host.carrier(), trace=adapters.trace)
        chains = make(project, BuildOptions(images, stages.workers), adapters)
        published = publish(project, chains, options, adapters.storage, carrier)
        if result.report:
            written = result.report_format or ("env" if result.report.endswith("env") else "json")
            form = ReportFormat(written)
            for clash in clashes(published) if form is ReportFormat.ENV else ():
                adapters.log.warning(f'--report-path "{result.report}": {clash}')
            output.report(result.report, publish_report(published, form))
