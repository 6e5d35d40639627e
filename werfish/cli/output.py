"""What goes to stdout: data, for programs and for people who pipe it on."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from werfish.errors import WerfishError


def _echo(content: str | bytes, *, nl: bool = True) -> None:
    try:
        click.echo(content, nl=nl)
    except BrokenPipeError:
        raise
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise WerfishError(f"write to standard output: {problem}") from error


def lines(texts: Iterable[str]) -> None:
    """Write each of *texts* as a line."""
    for text in texts:
        _echo(text)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Write *rows*, the first of them a head, with aligned columns; of each cell its first line."""
    shown = [[_first_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _echo("  ".join(cells).rstrip())


def _first_line(cell: str) -> str:
    first, more, _ = cell.partition("\n")
    return f"{first} …" if more else first


def text(content: str) -> None:
    """Write *content* as it is, and a line break if it ends without one."""
    _echo(content, nl=not content.endswith("\n") and bool(content))


def binary(content: bytes) -> None:
    """Write *content* as it is."""
    _echo(content, nl=False)


def check_file(path: str, option: str) -> None:
    """Raise `WerfishError` where the file that *option* names could not be written."""
    from werfish.containers.atomic_file import UnwritableError, unfinished

    target = Path(path)
    problem = "it is no regular file" if target.exists() and not target.is_file() else ""
    try:
        if not problem:
            with unfinished(target.parent):
                return
    except UnwritableError as error:
        problem = error.problem
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
    raise WerfishError(f'write "{path}": {problem}', hint=f"name another file with {option}")


def check_report(path: str, option: str) -> None:
    """Do the same as `check_file`, but for a device, which takes a report as it is."""
    if Path(path).is_file() or not Path(path).exists():
        check_file(path, option)


def json_line(text: str) -> None:
    """Write *text* as a line at once; where nobody reads any more, for nobody."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def file(path: str, content: str) -> None:
    """Write *content* into the file at *path*, whole or not at all.

    What is no text, as a path of git may be, is written as JSON writes it.
    """
    binary_file(path, content.encode(errors="backslashreplace"))


def report(path: str, content: str) -> None:
    """Write *content* as `file` does, for others too, as far as the umask lets them.

    Who may read a file that is there stays.
    """
    target = Path(path)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    file(path, content)
    if target.is_file():
        target.chmod(mode)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def binary_file(path: str, content: bytes) -> None:
    """Write *content* into the file at *path*, whole or not at all; into a device as it is."""
    from werfish.containers.atomic_file import write_whole

    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            write_whole(target.resolve(), content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WerfishError(f'write "{path}": {reason}') from error
