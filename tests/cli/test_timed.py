"""How long a command ran is told once."""

import io

import click
from click.testing import CliRunner

from werfish.cli import wiring
from werfish.log import Log


def test_a_command_of_several_parts_tells_once_how_long_it_ran() -> None:
    """As `converge`, which builds, looks images up and deploys."""
    said = io.StringIO()
    log = Log(said, clock=lambda: 0.0)

    @click.command()
    def command() -> None:
        with wiring.timed(log):
            for part in ("built", "deployed"):
                with wiring.timed(log):
                    log.info(part)

    CliRunner().invoke(command, catch_exceptions=False)
    told = said.getvalue().splitlines()
    assert told[:2] == ["built", "deployed"]
    assert [line.startswith("Running time ") for line in told[2:]] == [True]
