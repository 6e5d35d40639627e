"""The reference of the command line, written from the code: docs/reference/cli.md."""

import click

from werfish.cli.main import COMMANDS, LazyGroup, root
from werfish.cli.options import WerfOption

HEADER = """# The command line

Generated from the code by `pytest tests/test_house.py --update-golden`; do not edit.

Options of a command may also be given by the variables named beside them. Variables of a
repeatable option come before what the command line says. Flags understand `--flag`, `--no-flag`,
`--flag=true` and `--flag=false`.
"""


def command_reference() -> str:
    """Return the whole page as Markdown."""
    assert isinstance(root, LazyGroup)
    context = click.Context(root, info_name="werfish")
    sections = [HEADER]
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        sections.append(_section(name, command))
    return "\n".join(sections)


def _section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"werfish {name}")
    lines = [f"## {name}", "", f"`{command.get_usage(context).removeprefix('Usage: ')}`", ""]
    lines += [(command.help or "").replace("\b\n", ""), ""]
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        lines += ["| option | variables | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _row(parameter: click.Parameter) -> str:
    if not isinstance(parameter, click.Option):
        return ""
    flags = ", ".join(f"`{flag}`" for flag in [*parameter.opts, *parameter.secondary_opts])
    variables = ""
    if isinstance(parameter, WerfOption):
        variables = parameter.variable_names.replace("$", "").replace(", ", " ")
    meaning = parameter.help or ""
    if isinstance(parameter.type, click.Choice):
        meaning += f" One of: {', '.join(str(choice) for choice in parameter.type.choices)}."
    return f"| {flags} | {variables} | {meaning} |"
