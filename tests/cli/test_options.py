"""Options and their variables."""

import click
import pytest
from click.testing import CliRunner

from werfish.cli.options import WerfCommand, flag, option


@click.command(cls=WerfCommand)
@option("--env", default="none", variables=("A_ENV", "B_ENV"))
@option("--set", "values", multiple=True, family="A_SET_", not_family=("A_SET_STRING_",))
@flag("force", variables=("A_FORCE",))
@flag("parallel", default=True, variables=("A_PARALLEL",))
def command(env: str, values: tuple[str, ...], force: bool, parallel: bool) -> None:
    """Print what arrived."""
    click.echo(f"{env} {list(values)} {force} {parallel}")


@pytest.mark.parametrize(
    ("arguments", "variables", "shown"),
    [
        pytest.param([], {}, "none [] False True", id="defaults"),
        pytest.param([], {"B_ENV": "b"}, "b [] False True", id="second-name"),
        pytest.param([], {"A_ENV": "a", "B_ENV": "b"}, "a [] False True", id="first-wins"),
        pytest.param(["--env", "x"], {"A_ENV": "a"}, "x [] False True", id="flag-wins"),
        pytest.param([], {"A_SET_2": "b=2", "A_SET_1": "a=1,c=3 4"},
                     "none ['a=1,c=3 4', 'b=2'] False True", id="family-in-name-order"),
        pytest.param([], {"A_SET_STRING_1": "x=1"}, "none [] False True", id="other-family"),
        pytest.param(["--set", "z=1"], {"A_SET_1": "a=1"},
                     "none ['a=1', 'z=1'] False True", id="family-before-flags"),
        pytest.param([], {"A_FORCE": "yes", "A_PARALLEL": "no"}, "none [] True False", id="words"),
        pytest.param([], {"A_FORCE": "on", "A_PARALLEL": "off"}, "none [] False True", id="others"),
        pytest.param(["--force=true", "--parallel=false"], {}, "none [] True False", id="equals"),
        pytest.param(["--no-force"], {"A_FORCE": "1"}, "none [] False True", id="negated"),
    ],
)  # fmt: skip
def test_values(arguments: list[str], variables: dict[str, str], shown: str) -> None:
    result = CliRunner().invoke(command, arguments, env=variables)
    assert result.output == shown + "\n"


def test_help_names_the_variables() -> None:
    shown = CliRunner().invoke(command, ["--help"]).output
    assert "[$A_ENV, $B_ENV]" in shown.replace("\n", " ").replace("  ", " ")
