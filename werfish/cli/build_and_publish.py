"""``werfish build-and-publish``."""

from typing import Any

import click

from werfish.cli.option_groups.images import require_built_option, ssh_options
from werfish.cli.options import WerfCommand
from werfish.cli.publish import chosen_options, run


@click.command("build-and-publish", cls=WerfCommand)
@chosen_options
@require_built_option
@ssh_options
def command(images: tuple[str, ...], require_built_images: bool, **flags: Any) -> None:
    """Build all images, or each IMAGE, and publish them under every tag."""
    run(images, flags, may_build=not require_built_images)
