"""A Docker daemon that goes away in mid-build: one clear error, and the next build ends it."""

import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.leftovers import apart, left_behind
from integration.own_daemon import OwnDaemon, own_daemon
from integration.whole_project import (
    BUILD,
    forget_stages,
    named,
    outcomes,
    start_alone,
    whole_project,
)

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]

NAME = f"restart-{uuid.uuid4().hex[:8]}"
CALM = f"{NAME}-calm"


@pytest.fixture
def daemon(kit: Endpoints, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnDaemon]:
    """Run a daemon that is this test's only."""
    with own_daemon(kit) as running:
        monkeypatch.setenv("DOCKER_HOST", running.host)
        yield running


def test_a_daemon_restarted_in_mid_build(
    program: Program, daemon: OwnDaemon, tmp_path: Path
) -> None:
    whole_project(program.folder)
    here = replace(program, variables={**program.variables, "DOCKER_HOST": daemon.host})
    calm = apart(here, tmp_path / "calm", **named(CALM))
    began = time.monotonic()
    expected = outcomes(calm(*BUILD).stderr)
    seconds = time.monotonic() - began
    faulty = apart(here, tmp_path / "faulty", **named(NAME))
    for chance in rounds("restart", 2):
        forget_stages(NAME)
        process = start_alone(faulty, *BUILD)
        time.sleep(chance.uniform(0.2, seconds))
        chance.choice((daemon.stop, daemon.kill))()
        restart = threading.Thread(target=daemon.start)
        restart.start()
        said = process.communicate()[1]
        restart.join()
        check_said(process.returncode, said)
        assert outcomes(faulty(*BUILD).stderr) == expected
        assert left_behind(faulty, NAME) == []


def check_said(code: int, said: str) -> None:
    """See that a build which failed said why, once, and that it is no bug."""
    assert code in (0, 5), said
    assert "Traceback" not in said
    assert code == 0 or said.count("error: ") == 1, said
