"""``werfish dismiss``."""

from typing import Any

import click

from werfish.cli import deploying, observing, wiring
from werfish.cli.flags import KubeFlags, ObservingFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.modes import records_option
from werfish.cli.observing_options import observing_options
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.option_groups.releases import kube_options, release_options
from werfish.cli.options import WerfCommand, flag


@click.command("dismiss", cls=WerfCommand)
@flag(
    "with-namespace",
    variables=("WERF_WITH_NAMESPACE",),
    help="Delete the namespace too; refused where it holds anything not of this release.",
)
@flag(
    "with-hooks",
    default=True,
    variables=("WERF_WITH_HOOKS",),
    help="Delete the release's hooks too.",
)
@flag("force", help="Delete the namespace whatever else it holds.")
@flag("force-unlock", help="Take a revision that another tool left pending for dead.")
@release_options
@records_option
@observing_options
@kube_options
@project_options
@log_options
def command(
    with_namespace: bool, with_hooks: bool, force: bool, force_unlock: bool, **flags: Any
) -> None:
    """Delete a release, its records, and with --with-namespace its namespace.

    All is gone when it returns. No project is needed where --release and --namespace are given.
    """
    from werfish.actions.dismiss import DismissOptions, dismiss

    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    owner = deploying.named_owner(project, release, log)
    options = DismissOptions(
        owner.release, owner.namespace, with_namespace, with_hooks, force, force_unlock
    )
    told = taken(ObservingFlags, flags)
    with (
        wiring.timed(log),
        observing.observed(told, "dismiss", owner.release, owner.namespace, log) as heard,
        deploying.cluster_of(kube, release, owner, project, log) as adapters,
    ):
        dismiss(options, observing.observed_by(adapters, told, heard))
