"""What goes to stdout: data, for programs and for people who pipe it on."""

from collections.abc import Iterable

import click


def lines(texts: Iterable[str]) -> None:
    """Write each of *texts* as a line."""
    for text in texts:
        click.echo(text)
