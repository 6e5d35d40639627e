"""Variables of werf's without effect are told, where they would have changed what is done."""

from collections.abc import Iterator

import click
import pytest

from werfish.cli.main import root
from werfish.cli.options import WerfOption
from werfish.cli.strange_variables import SERVING, strange_variables


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_what_is_off_is_not_told(value: str) -> None:
    assert [*strange_variables({"WERF_SKIP_BUILD": value, "WERF_REPO": "x"})] == []


def test_what_is_on_is_told_with_what_serves_here() -> None:
    [told] = strange_variables({"WERF_SAVE_BUILD_REPORT": "1"})
    assert told.endswith("is werf's, and has no effect; here there is WERF_REPORT_PATH")


def test_no_option_has_one_of_them() -> None:
    """Else it would have an effect."""
    known = {name for command in commands() for name in variables_of(command)}
    assert SERVING.keys() & known == set()


def commands() -> Iterator[click.Command]:
    left: list[click.Command] = [root]
    context = click.Context(root)
    while left:
        command = left.pop()
        yield command
        if isinstance(command, click.Group):
            names = command.list_commands(context)
            left += [one for name in names if (one := command.get_command(context, name))]


def variables_of(command: click.Command) -> Iterator[str]:
    for one in command.params:
        if isinstance(one, WerfOption):
            yield from one.variables
