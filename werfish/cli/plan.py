"""``werfish plan``."""

from typing import Any

import click

from werfish.cli import output, saved_plans
from werfish.cli.chart_runs import chart_run
from werfish.cli.modes import mode_options, modes_of, records_option, update_crds_option
from werfish.cli.option_groups.images import build_options, tag_options
from werfish.cli.option_groups.places import docker_options, images_repo_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import (
    chart_option,
    kube_options,
    release_options,
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
@saved_plans.save_plan_option
@stages_options
@images_repo_options
@tag_options
@release_options
@records_option
@values_options
@chart_option
@mode_options
@update_crds_option
@kube_options
@project_options
@build_options
@git_options
@docker_options
@log_options
@click.pass_context
def command(
    context: click.Context,
    /,
    exit_code: bool,
    form: str,
    save_plan: str | None,
    helm_chart_dir: str,
    **flags: Any,
) -> None:
    """Print what a deploy would create, change and delete, and what it would leave alone.

    Nothing is written but the file of --save-plan. Of a Secret only the names are shown.
    """
    from werfish.actions.plan import plan, plan_json, plan_text

    modes = modes_of(flags)
    with chart_run(flags, helm_chart_dir) as run:
        prepared, by = plan(run.chart, run.helm, run.adapters, modes), run.adapters
        if save_plan:
            saved_plans.save(prepared, save_plan, flags, by.now(), by.log, run.secrets)
    made, mask = prepared.plan, by.log.masked
    output.lines([plan_json(made, mask)] if form == "json" else plan_text(made, mask))
    if exit_code and made.steps():
        context.exit(CHANGES_EXIT_CODE)
