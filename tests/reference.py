"""The pages of docs/reference that are written from the code, by name."""

import json
from collections.abc import Callable, Iterator

import click

from werfish.cli.main import root
from werfish.cli.options import WerfOption
from werfish.config.documents import SECTIONS
from werfish.config.json_schema import json_schema
from werfish.config.schema import Choice, Key, Section, Shape

HEADER = """# The command line

Generated from the code by `pytest tests/test_house.py --update-golden`; do not edit.

Options of a command may also be given by the variables named beside them. Variables of a
repeatable option come before what the command line says. Flags understand `--flag`, `--no-flag`,
`--flag=true` and `--flag=false`.
"""


def command_reference() -> str:
    """Return the page of all commands as Markdown."""
    context = click.Context(root, info_name="werfish")
    return "\n".join((HEADER, *_commands(root, context, "")))


def _commands(group: click.Command, context: click.Context, prefix: str) -> Iterator[str]:
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield _section(prefix + name, command)
        yield from _commands(command, context, f"{prefix}{name} ")


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


KEYS_HEADER = """# The keys of werf.yaml

Generated from the code by `pytest tests/test_house.py --update-golden`; do not edit. The same as a
JSON Schema for editors: [werf.schema.json](werf.schema.json), or `werfish config schema`.

The file is rendered as a template first, see [the configuration](../config.md). Then it consists of
documents, separated by lines of `---`: one that describes the project, and one for each image.
Where a text is expected, a number or `true` is taken for the text that was written.
"""


def key_reference() -> str:
    """Return the page of all keys of werf.yaml as Markdown."""
    return "\n".join((KEYS_HEADER, *(_kind(kind.value, one) for kind, one in SECTIONS.items())))


def schema_reference() -> str:
    """Return the JSON Schema of werf.yaml."""
    return json.dumps(json_schema(), indent=1) + "\n"


def _kind(title: str, section: Section) -> str:
    rows = ["| key | value | what for |", "|---|---|---|", *_keys(section, "")]
    between = [*_between(section, ""), ""]
    return "\n".join((f"## {title[0].upper()}{title[1:]}", "", *rows, "", *between))


def _keys(section: Section, prefix: str) -> Iterator[str]:
    for key in section.keys:
        many = "[]" if key.shape is Shape.SECTIONS else ""
        yield f"| `{prefix}{key.name}{many}` | {_value(key)} | {_meaning(key)} |"
        if key.section:
            yield from _keys(key.section, f"{prefix}{key.name}{many}.")


def _value(key: Key) -> str:
    if key.values:
        return ", ".join(f"`{value}`" for value in key.values)
    return str(key.shape)


def _meaning(key: Key) -> str:
    said = [key.summary]
    said += ["**Required.**"] if key.required else []
    said += [f"Default: `{key.default}`."] if key.default else []
    said += [f"Old: {key.old}."] if key.old else []
    return " ".join(said).replace("|", "\\|")


def _between(section: Section, prefix: str) -> Iterator[str]:
    for choice in section.choices:
        yield f"- {_choice(choice, prefix)}"
    for needing, needed in section.needs:
        yield f"- `{prefix}{needing}` only beside `{prefix}{needed}`."
    for key in section.keys:
        if key.section:
            yield from _between(key.section, f"{prefix}{key.name}.")


def _choice(choice: Choice, prefix: str) -> str:
    names = ", ".join(f"`{prefix}{name}`" for name in choice.names)
    return f"{'Exactly one' if choice.required else 'At most one'} of {names}."


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": command_reference,
    "werf_yaml.md": key_reference,
    "werf.schema.json": schema_reference,
}
