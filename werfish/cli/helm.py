"""``werfish helm``: what belongs to the chart and its release."""

from typing import Any

import click

from werfish.cli import deploying, output, secret, wiring
from werfish.cli.flags import ProjectFlags, ReleaseFlags, taken
from werfish.cli.option_groups import log_options, project_options
from werfish.cli.options import WerfCommand, grouped, option

name_options = grouped(
    option("--release", default="", variables=("WERF_RELEASE",), help="The release's name as is."),
    option("--namespace", default="", variables=("WERF_NAMESPACE",), help="The namespace as is."),
    project_options,
    log_options,
)


@click.group("helm")
def command() -> None:
    """Ask what belongs to the chart and its release."""


command.add_command(secret.command)


@command.command("get-release", cls=WerfCommand)
@name_options
def get_release(release: str, namespace: str, **flags: Any) -> None:
    """Print the name of the release that a deploy to --env would have."""
    project, names = taken(ProjectFlags, flags), ReleaseFlags(release, namespace, 0.0)
    output.lines([deploying.named_owner(project, names, wiring.begin(project)).release])


@command.command("get-namespace", cls=WerfCommand)
@name_options
def get_namespace(release: str, namespace: str, **flags: Any) -> None:
    """Print the name of the namespace that a deploy to --env would go to."""
    project, names = taken(ProjectFlags, flags), ReleaseFlags(release, namespace, 0.0)
    output.lines([deploying.named_namespace(project, names, wiring.begin(project))])
