"""``werfish completion``: the script that makes a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

from werfish.cli.options import option

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", epilog='bash: eval "$(werfish completion bash)" in ~/.bashrc')
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@option(
    "--shell",
    "shell_option",
    type=click.Choice(SHELLS),
    variables=("WERF_SHELL",),
    help="The shell, as werf takes it.",
)
def command(shell: str | None, shell_option: str | None) -> None:
    """Print the completion script for SHELL: bash, zsh or fish."""
    from werfish.cli.main import root

    chosen = shell or shell_option or "bash"
    completion = get_completion_class(chosen)
    if completion is None:
        raise click.UsageError(f'no completion for shell "{chosen}"')
    click.echo(completion(root, {}, "werfish", "_WERFISH_COMPLETE").source())
