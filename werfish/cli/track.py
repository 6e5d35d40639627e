"""``werfish track``: follow resources that any tool applied."""

import time
from typing import Any

import click

from werfish.cli import deploying, observing, wiring
from werfish.cli.clusters import connected
from werfish.cli.flags import KubeFlags, ObservingFlags, ProjectFlags, ReleaseFlags, taken
from werfish.cli.home import home_of
from werfish.cli.observing_options import report_options, status_period_option, stream_option
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.option_groups.releases import kube_options, release_options
from werfish.cli.options import WerfCommand


@click.command("track", cls=WerfCommand)
@click.argument("resources", metavar="KIND/NAME...", nargs=-1, required=True)
@release_options
@report_options
@stream_option
@status_period_option
@kube_options
@project_options
@log_options
def command(resources: tuple[str, ...], **flags: Any) -> None:
    """Follow resources until all are ready (exit code 0) or one has failed (10).

    Whatever applied them. KIND is a kind, its plural or short name, or KIND.GROUP. In a project,
    its rules of readiness count.
    """
    from werfish.actions.track import track

    names = [_pair(text) for text in resources]
    project, release = taken(ProjectFlags, flags), taken(ReleaseFlags, flags)
    kube, log = taken(KubeFlags, flags), wiring.begin(project)
    found = deploying.ruling_project(project, log, given=bool(release.namespace))
    namespace = deploying.namespace_of(found, project, release)
    told = taken(ObservingFlags, flags)
    with (
        wiring.timed(log),
        observing.observed(told, "track", release.release, namespace, log) as heard,
        connected(kube, home_of(project), log) as cluster,
    ):
        track(
            names,
            namespace,
            cluster=cluster,
            log=log,
            clock=time.monotonic,
            timeout=release.timeout,
            rules=found.deploy.readiness,
            progress_seconds=told.status_progress_period,
            observer=heard,
        )


def _pair(text: str) -> tuple[str, str]:
    kind, _, name = text.partition("/")
    if not kind or not name or "/" in name:
        raise click.BadParameter(f'"{text}" is not KIND/NAME', param_hint="KIND/NAME")
    return kind, name
