"""What goes to stdout: data, for programs and for people who pipe it on."""

import click


def lines(texts: list[str]) -> None:
    """Write each of *texts* as a line."""
    for text in texts:
        click.echo(text)
