"""``werfish helm secret``: a project's secrets, in werf's own format."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from werfish.cli import charting, output, wiring
from werfish.cli.flags import ProjectFlags, taken
from werfish.cli.option_groups.project import log_options, project_options
from werfish.cli.options import WerfCommand, grouped, option

if TYPE_CHECKING:
    from werfish.secrets.files import Form

output_option = option(
    "--output-file-path",
    "-o",
    "out",
    type=click.Path(dir_okay=False),
    help="Write to this file instead of stdout.",
)
path_argument = click.argument("path", metavar="[FILE_PATH]", required=False)
edited_argument = click.argument("path", metavar="FILE_PATH", type=click.Path(dir_okay=False))
common_options = grouped(project_options, log_options)


@click.group("secret")
def command() -> None:
    """Make, open and edit secrets of the chart.

    The key is in $WERF_SECRET_KEY, in .werf_secret_key of the project's folder, or in
    ~/.werf/global_secret_key.
    """


@command.command("generate-secret-key", cls=WerfCommand)
def generate_secret_key() -> None:
    """Print a new key."""
    from werfish.secrets.key import generated_key

    output.lines([generated_key()])


@command.command("encrypt", cls=WerfCommand)
@output_option
@common_options
def encrypt(out: str | None, **flags: Any) -> None:
    """Encrypt what comes by a pipe, else what is typed."""
    _convert(flags, "WHOLE", None, out, encrypts=True, prompts=True)


@command.command("decrypt", cls=WerfCommand)
@output_option
@common_options
def decrypt(out: str | None, **flags: Any) -> None:
    """Decrypt what comes by a pipe, else what is typed."""
    _convert(flags, "WHOLE", None, out, encrypts=False, prompts=True)


@command.group("file")
def file() -> None:
    """Files that are encrypted as a whole, such as those in .helm/secret."""


@command.group("values")
def values() -> None:
    """Files of values, such as .helm/secret-values.yaml: only the values are encrypted."""


@file.command("encrypt", cls=WerfCommand)
@path_argument
@output_option
@common_options
def file_encrypt(path: str | None, out: str | None, **flags: Any) -> None:
    """Encrypt the file, else what comes by a pipe."""
    _convert(flags, "WHOLE", path, out, encrypts=True)


@file.command("decrypt", cls=WerfCommand)
@path_argument
@output_option
@common_options
def file_decrypt(path: str | None, out: str | None, **flags: Any) -> None:
    """Decrypt the file, else what comes by a pipe."""
    _convert(flags, "WHOLE", path, out, encrypts=False)


@file.command("edit", cls=WerfCommand)
@edited_argument
@common_options
def file_edit(path: str, **flags: Any) -> None:
    """Edit the secret file, or begin one, in $EDITOR."""
    _edit(flags, "WHOLE", path)


@values.command("encrypt", cls=WerfCommand)
@path_argument
@output_option
@common_options
def values_encrypt(path: str | None, out: str | None, **flags: Any) -> None:
    """Encrypt the values of the file, else of what comes by a pipe."""
    _convert(flags, "VALUES", path, out, encrypts=True)


@values.command("decrypt", cls=WerfCommand)
@path_argument
@output_option
@common_options
def values_decrypt(path: str | None, out: str | None, **flags: Any) -> None:
    """Decrypt the values of the file, else of what comes by a pipe."""
    _convert(flags, "VALUES", path, out, encrypts=False)


@values.command("edit", cls=WerfCommand)
@edited_argument
@common_options
def values_edit(path: str, **flags: Any) -> None:
    """Edit the secret values, or begin them, in $EDITOR; what is unchanged keeps its secret."""
    _edit(flags, "VALUES", path)


@command.command("rotate-secret-key", cls=WerfCommand)
@click.argument("extra", nargs=-1, metavar="[EXTRA_SECRET_VALUES_FILE_PATH]...")
@common_options
def rotate_secret_key(extra: tuple[str, ...], **flags: Any) -> None:
    """Encrypt the chart's secrets, and more files of values, with another key.

    The old key is in $WERF_OLD_SECRET_KEY, the new one where the key always is.
    """
    from werfish.actions.secret import rotate_key
    from werfish.secrets.files import secret_files

    project = taken(ProjectFlags, flags)
    log, places = wiring.begin(project), charting.key_places_of(project)
    old, new = places.find_old(), places.find()
    settings = wiring.project_of(project, wiring.found_repository(project), log)
    chart = charting.chart_folder_of(settings, "")
    rotate_key(secret_files(chart, map(Path, extra)), old, new, log)


def _convert(
    flags: dict[str, Any],
    form: str,
    path: str | None,
    out: str | None,
    *,
    encrypts: bool,
    prompts: bool = False,
) -> None:
    from werfish.actions.secret import decrypt_data, encrypt_data

    project = taken(ProjectFlags, flags)
    wiring.begin(project)
    key = charting.key_places_of(project).find()
    data, name = _input(path, prompts=prompts)
    convert = encrypt_data if encrypts else decrypt_data
    _put(convert(data, _form(form), key, name), out)


def _form(name: str) -> "Form":
    from werfish.secrets.files import Form

    return Form[name]


def _input(path: str | None, *, prompts: bool) -> tuple[bytes, str]:
    """Return what is to be converted, and what messages call it."""
    from werfish.secrets.files import Form, SecretFile

    if path:
        return SecretFile(Path(path), Form.WHOLE).read(), path
    if not sys.stdin.isatty():
        return sys.stdin.buffer.read(), "stdin"
    if not prompts:
        raise click.UsageError("expected FILE_PATH or pipe")
    typed: str = click.prompt("Enter secret", hide_input=True, err=True)
    return typed.encode(), "what was typed"


def _put(data: bytes, out: str | None) -> None:
    """Write *data*, text with a line break at its end."""
    is_text = bool(data) and b"\0" not in data
    content = data + b"\n" if is_text and not data.endswith(b"\n") else data
    if out:
        output.binary_file(out, content)
    else:
        output.binary(content)


def _edit(flags: dict[str, Any], form: str, path: str) -> None:
    from werfish.actions.secret import edit_secret
    from werfish.secrets.files import SecretFile

    project = taken(ProjectFlags, flags)
    log, key = wiring.begin(project), charting.key_places_of(project).find()
    edit_secret(SecretFile(Path(path), _form(form)), key, _editor(), _again, log)


def _editor() -> Callable[[Sequence[str]], int]:
    from werfish.process import hand_over
    from werfish.secrets.editor import editor_of

    words = editor_of(os.environ)
    return lambda paths: hand_over([*words, *paths])


def _again(problem: str) -> bool:
    """Ask whether to edit once more; where nobody can answer, no."""
    click.echo(f"error: {problem}", err=True)
    return sys.stdin.isatty() and click.confirm("Edit it again?", default=True, err=True)
