"""``werfish run``, as far as it goes without a daemon."""

import pytest

from werfish.cli.main import main
from werfish.errors import ConfigError


def test_options_of_docker_that_no_shell_can_split(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("run", "--docker-options", "-v '/a b:/x", "app")) == ConfigError.exit_code
    assert capsys.readouterr().err == (
        'error: read --docker-options "-v \'/a b:/x": no closing quotation\n'
        "hint: quote it as for a shell\n"
    )
