"""``werfish plan``."""

from typing import Any

import click

from werfish.cli import deploying, output, wiring
from werfish.cli.charting import ChartFlags, chart_options_of, chosen_chart
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
from werfish.cli.options import WerfCommand, flag, option

CHANGES_EXIT_CODE = 2


@click.command("plan", cls=WerfCommand)
@flag("exit-code", help=f"End with exit code {CHANGES_EXIT_CODE} where there are changes.")
@option(
    "--output",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Lines for people, or JSON.",
)
@stages_options
@images_repo_options
@tag_options
@release_options
@values_options
@chart_option
@kube_options
@project_options
@build_options
@git_options
@docker_options
@log_options
@click.pass_context
def command(
    context: click.Context, /, exit_code: bool, form: str, helm_chart_dir: str, **flags: Any
) -> None:
    """Print what a deploy would create, change and delete, and what it would leave alone.

    Nothing is written. Of a Secret only the names are shown.
    """
    from werfish.actions.plan import plan, plan_json, plan_text

    project_flags, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, values, repo = taken(KubeFlags, flags), taken(ValuesFlags, flags), taken(RepoFlags, flags)
    stages, docker = taken(StagesFlags, flags), taken(DockerFlags, flags)
    opened, git = wiring.opened(project_flags), taken(GitFlags, flags)
    project, log = opened.project, opened.log
    owner = deploying.owner_of(project, project_flags, release)
    chart_flags = ChartFlags(project_flags, stages, repo, docker, values, helm_chart_dir)
    chosen = chosen_chart(project, opened.repository, chart_flags, log)
    with deploying.helm_of(kube) as helm:
        images = deploying.images_of(opened, project_flags, stages, repo, docker, git)
        chart = chart_options_of(project, opened.repository, chosen, owner, images)
        with deploying.cluster_of(kube, release, owner, project_flags, log) as adapters:
            made = plan(chart, helm, adapters)
    output.lines([plan_json(made)] if form == "json" else plan_text(made))
    if exit_code and made.steps():
        context.exit(CHANGES_EXIT_CODE)
