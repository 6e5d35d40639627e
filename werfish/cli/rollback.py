"""``werfish rollback``."""

from typing import Any

import click

from werfish.cli import deploying, observing, wiring
from werfish.cli.flags import KubeFlags, ObservingFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.modes import cleanup_option, mode_options, modes_of, records_option
from werfish.cli.observing_options import observing_options
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.option_groups.releases import kube_options, release_options
from werfish.cli.options import WerfCommand, flag, option


@click.command("rollback", cls=WerfCommand)
@click.argument("revision", metavar="[REVISION]", type=click.IntRange(min=0), default=0)
@option(
    "--revision", "wanted", type=click.IntRange(min=0), default=0, help="The same, as in werf 2."
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
@mode_options
@cleanup_option
@release_options
@records_option
@observing_options
@kube_options
@project_options
@log_options
def command(
    revision: int, wanted: int, releases_history_max: int, force_unlock: bool, **flags: Any
) -> None:
    """Bring the release back to REVISION, as a new one, and wait until it is applied.

    Without one it is the one before the newest that was ever deployed. Drift is repaired, and
    what came since is removed, as by a deploy. In a project, its rules of readiness count.
    """
    from werfish.actions.rollback import RollbackOptions, rollback

    if revision and wanted and revision != wanted:
        raise click.UsageError(f"REVISION is {revision}, and --revision {wanted}: give one")
    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    modes, given = modes_of(flags), bool(release.release and release.namespace)
    found = deploying.ruling_project(project, log, given=given)
    owner, rules = deploying.owner_of(found, project, release), found.deploy.readiness
    back_to = revision or wanted
    options = RollbackOptions(owner, back_to, releases_history_max, force_unlock, modes)
    told = taken(ObservingFlags, flags)
    with (
        wiring.timed(log),
        observing.observed(told, "rollback", owner.release, owner.namespace, log) as heard,
        deploying.cluster_of(kube, release, owner, project, log, rules) as adapters,
    ):
        rollback(options, observing.observed_by(adapters, told, heard))
