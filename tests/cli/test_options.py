"""Options and their variables."""

import click
import pytest
from click.testing import CliRunner

from werfish.cli.options import WerfCommand, flag, option
from werfish.cli.seconds import SECONDS


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


@click.command(cls=WerfCommand)
@option("--timeout", type=SECONDS, default=0.0, variables=("A_TIMEOUT",))
@option("--limit", type=int, default=0, variables=("A_LIMIT", "B_LIMIT"))
def waiting(timeout: float, limit: int) -> None:
    """Print what arrived."""
    click.echo(f"{timeout:g} {limit}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", "90"), ("1.5", "1.5"), ("90s", "90"), ("1m30s", "90"), ("250ms", "0.25"), ("0", "0")],
)
def test_a_length_of_time_is_seconds_or_as_go_has_it(text: str, seconds: str) -> None:
    assert CliRunner().invoke(waiting, ["--timeout", text]).output == f"{seconds} 0\n"


@pytest.mark.parametrize("text", ["x", "", "nan", "inf", "10 m", "-1", "-1s", "5parsecs"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    result = CliRunner().invoke(waiting, [f"--timeout={text}"])
    assert result.exit_code == 2
    assert f"Invalid value for '--timeout': \"{text}\" is " in result.output


def test_a_wrong_variable_is_named() -> None:
    result = CliRunner().invoke(waiting, [], env={"B_LIMIT": "many"})
    assert "Invalid value for '$B_LIMIT': 'many' is not a valid integer" in result.output
    given = CliRunner().invoke(waiting, ["--limit", "many"], env={"B_LIMIT": "1"})
    assert "Invalid value for '--limit'" in given.output
