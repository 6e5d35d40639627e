"""``werfish deploy``."""

from typing import Any

import click

from werfish.cli import deploying, wiring
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    KubeFlags,
    ProjectFlags,
    ReleaseFlags,
    RepoFlags,
    StagesFlags,
    ValuesFlags,
    taken,
)
from werfish.cli.option_groups import (
    build_options,
    docker_options,
    git_options,
    images_repo_options,
    kube_options,
    log_options,
    project_options,
    release_options,
    stages_options,
    tag_options,
    values_options,
)
from werfish.cli.options import WerfCommand, flag, option


@click.command("deploy", cls=WerfCommand)
@stages_options
@images_repo_options
@tag_options
@release_options
@values_options
@option(
    "--helm-chart-dir",
    default="",
    variables=("WERF_HELM_CHART_DIR",),
    help="The chart's folder; else deploy.helmChartDir of the configuration, .helm by default.",
)
@option(
    "--releases-history-max",
    type=int,
    default=10,
    show_default=True,
    variables=("WERF_RELEASES_HISTORY_MAX",),
    help="How many revisions stay on record; 0 for all.",
)
@flag("force-unlock", help="Take a revision that another tool left pending for dead.")
@kube_options
@project_options
@build_options
@git_options
@docker_options
@log_options
def command(
    helm_chart_dir: str, releases_history_max: int, force_unlock: bool, **flags: Any
) -> None:
    """Deploy the project's chart with its published images and wait until it is applied.

    Ends with exit code 10 as soon as a resource cannot become ready, with the cause and its log.
    """
    from werfish.actions.committed import refuse_uncommitted_chart
    from werfish.actions.deploy import DeployOptions, deploy
    from werfish.deploy.prepare import ChartOptions

    project_flags, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, values, repo = taken(KubeFlags, flags), taken(ValuesFlags, flags), taken(RepoFlags, flags)
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    opened, git = wiring.opened(project_flags), taken(GitFlags, flags)
    project, repository, log = opened.project, opened.repository, opened.log
    owner = deploying.owner_of(project, project_flags, release)
    folder = deploying.chart_folder_of(project, helm_chart_dir)
    user_values = deploying.user_values_of(values)
    if project_flags.git_strict:
        refuse_uncommitted_chart(repository, project, folder, user_values.files)
    with wiring.timed(log), deploying.helm_of(kube) as helm:
        images = deploying.images_of(opened, project_flags, stages, repo, docker, git)
        chart = ChartOptions(
            chart=folder,
            release=owner.release,
            service=deploying.service_of(
                project, project_flags, owner, stages, repo, repository, images
            ),
            values=user_values,
            added=deploying.added_of(project, project_flags, values),
            app_version=project.deploy.app_version,
        )
        options = DeployOptions(chart, releases_history_max, force_unlock)
        with deploying.cluster_of(kube, release, owner, project_flags, log) as adapters:
            deploy(options, helm, adapters)
