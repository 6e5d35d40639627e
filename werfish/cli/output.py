"""What goes to stdout: data, for programs and for people who pipe it on."""

from collections.abc import Iterable

import click


def lines(texts: Iterable[str]) -> None:
    """Write each of *texts* as a line."""
    for text in texts:
        click.echo(text)


def text(content: str) -> None:
    """Write *content* as it is, and a line break if it ends without one."""
    click.echo(content, nl=not content.endswith("\n") and bool(content))
