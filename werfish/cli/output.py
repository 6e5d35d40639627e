"""What goes to stdout: data, for programs and for people who pipe it on."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from werfish.errors import WerfishError


def lines(texts: Iterable[str]) -> None:
    """Write each of *texts* as a line."""
    for text in texts:
        click.echo(text)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Write *rows*, the first of them a head, with aligned columns."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def text(content: str) -> None:
    """Write *content* as it is, and a line break if it ends without one."""
    click.echo(content, nl=not content.endswith("\n") and bool(content))


def binary(content: bytes) -> None:
    """Write *content* as it is."""
    click.echo(content, nl=False)


def file(path: str, content: str) -> None:
    """Write *content* into the file at *path*, whole or not at all."""
    binary_file(path, content.encode())


def binary_file(path: str, content: bytes) -> None:
    """Write *content* into the file at *path*, whole or not at all."""
    from werfish.containers.atomic_file import write_whole

    try:
        write_whole(Path(path), content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WerfishError(f'write "{path}": {reason}') from error
