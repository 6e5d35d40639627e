"""``werfish converge``: from the commit to the running release, in one command."""

from typing import Any

import click

from werfish.cli import deploy, observing, publish, wiring
from werfish.cli.flags import ObservingFlags, ProjectFlags, taken
from werfish.cli.option_groups.images import require_built_option, ssh_options
from werfish.cli.options import WerfCommand


@click.command("converge", cls=WerfCommand)
@publish.publish_options
@deploy.deploy_options
@require_built_option
@ssh_options
def command(use_custom_tag: str, require_built_images: bool, **flags: Any) -> None:
    """Build the images, publish them, and deploy the chart with them: all that has changed.

    With --use-custom-tag the images get that tag too, and are deployed with it.
    """
    observing.check_reports(taken(ObservingFlags, flags))
    if use_custom_tag:
        flags["templates"] = (*flags["templates"], use_custom_tag)
    with wiring.timed(wiring.begin(taken(ProjectFlags, flags))):
        publish.run((), {**flags, "labels": ()}, may_build=not require_built_images)
        deploy.run(use_custom_tag=use_custom_tag, command="converge", **flags)
