"""``werfish version``."""

import click

from werfish import __version__


@click.command("version")
def command() -> None:
    """Print the version of werfish."""
    click.echo(__version__)
