"""``werfish deploy``."""

from typing import Any

import click

from werfish.cli.chart_runs import chart_run
from werfish.cli.modes import (
    cleanup_option,
    mode_options,
    modes_of,
    records_option,
    update_crds_option,
)
from werfish.cli.observing_options import observing_options
from werfish.cli.option_groups.images import build_options, tag_options
from werfish.cli.option_groups.places import docker_options, images_repo_options, stages_options
from werfish.cli.option_groups.project import git_options, log_options, project_options
from werfish.cli.option_groups.releases import (
    chart_option,
    kube_options,
    release_options,
    values_options,
)
from werfish.cli.options import WerfCommand, flag, grouped, option
from werfish.cli.saved_plans import deploy_saved_plan, use_plan_options

deploy_options = grouped(
    option(
        "--use-custom-tag",
        default="",
        variables=("WERF_USE_CUSTOM_TAG",),
        help="Deploy the images with this tag, as --add-custom-tag gave it; it beats other tag"
        " options.",
    ),
    release_options,
    records_option,
    values_options,
    chart_option,
    mode_options,
    update_crds_option,
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
    cleanup_option,
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
@use_plan_options
@project_options
@build_options
@git_options
@docker_options
@log_options
def command(use_plan: str | None, plan_drift: str, plan_lifetime: str, **flags: Any) -> None:
    """Deploy the project's chart with its published images and wait until it is applied.

    Ends with exit code 10 as soon as a resource cannot become ready, with the cause and its log.
    With --use-plan nothing is rendered: neither images nor the chart are looked at.
    """
    if use_plan:
        deploy_saved_plan(
            use_plan,
            plan_drift,
            plan_lifetime,
            flags,
            history_max=flags["releases_history_max"],
            force_unlock=flags["force_unlock"],
            auto_rollback=flags["auto_rollback"],
            cleanup_on_fail=flags["cleanup_on_fail"],
        )
    else:
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

    modes = modes_of(flags)
    with chart_run(flags, helm_chart_dir, use_custom_tag, command) as found:
        options = DeployOptions(
            found.chart, releases_history_max, force_unlock, auto_rollback, modes
        )
        deploy(options, found.helm, found.adapters)
