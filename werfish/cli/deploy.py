"""``werfish deploy``."""

from typing import Any

import click

from werfish.cli import deploying, observing, wiring
from werfish.cli.charting import ChartFlags, chart_options_of, chosen_chart
from werfish.cli.flags import (
    DockerFlags,
    GitFlags,
    KubeFlags,
    ObservingFlags,
    ProjectFlags,
    ReleaseFlags,
    RepoFlags,
    StagesFlags,
    ValuesFlags,
    taken,
)
from werfish.cli.observing_options import observing_options
from werfish.cli.option_groups import (
    build_options,
    chart_option,
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
from werfish.cli.options import WerfCommand, flag, grouped, option

deploy_options = grouped(
    option(
        "--use-custom-tag",
        default="",
        variables=("WERF_USE_CUSTOM_TAG",),
        help="Deploy the images with this tag, as --add-custom-tag gave it; it beats other tag"
        " options.",
    ),
    release_options,
    values_options,
    chart_option,
    option(
        "--releases-history-max",
        type=int,
        default=10,
        show_default=True,
        variables=("WERF_RELEASES_HISTORY_MAX",),
        help="How many revisions stay on record; 0 for all.",
    ),
    flag(
        "auto-rollback",
        variables=("WERF_AUTO_ROLLBACK", "WERF_ATOMIC"),
        help="Bring back the revision that was deployed before where this one fails.",
    ),
    flag("force-unlock", help="Take a revision that another tool left pending for dead."),
    observing_options,
    kube_options,
)
"""What a deploy wants to know beside where images are."""


@click.command("deploy", cls=WerfCommand)
@stages_options
@images_repo_options
@tag_options
@deploy_options
@project_options
@build_options
@git_options
@docker_options
@log_options
def command(**flags: Any) -> None:
    """Deploy the project's chart with its published images and wait until it is applied.

    Ends with exit code 10 as soon as a resource cannot become ready, with the cause and its log.
    """
    run(**flags)


def run(
    use_custom_tag: str,
    helm_chart_dir: str,
    releases_history_max: int,
    auto_rollback: bool,
    force_unlock: bool,
    command: str = "deploy",
    **flags: Any,
) -> None:
    """Deploy, as the options say; *command* is what the user calls it."""
    from werfish.actions.deploy import DeployOptions, deploy

    project_flags, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, values, repo = taken(KubeFlags, flags), taken(ValuesFlags, flags), taken(RepoFlags, flags)
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    opened, git = wiring.opened(project_flags), taken(GitFlags, flags)
    project, log = opened.project, opened.log
    owner = deploying.owner_of(project, project_flags, release)
    chart_flags = ChartFlags(project_flags, stages, repo, docker, values, helm_chart_dir)
    chosen = chosen_chart(project, opened.repository, chart_flags, log)
    observing_flags = taken(ObservingFlags, flags)
    with (
        wiring.timed(log),
        observing.observed(observing_flags, command, owner.release, owner.namespace, log) as heard,
        deploying.helm_of(kube) as helm,
    ):
        images = deploying.images_of(
            opened, project_flags, stages, repo, docker, git, use_custom_tag
        )
        chart = chart_options_of(project, opened.repository, chosen, owner, images)
        options = DeployOptions(chart, releases_history_max, force_unlock, auto_rollback)
        with deploying.cluster_of(
            kube, release, owner, project_flags, log, project.deploy.readiness
        ) as adapters:
            deploy(options, helm, observing.observed_by(adapters, observing_flags, heard))
