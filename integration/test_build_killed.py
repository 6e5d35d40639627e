"""A build killed at any instant: the next one finishes the work, and nothing stays behind."""

import signal
import subprocess
import uuid
from collections.abc import Iterator

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.project import GitProject
from integration.test_build import BUILD, docker, leftovers, reference_of

NAME = f"killed-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
image: app
from: busybox:1.35
git:
- add: /
  to: /app
shell:
  beforeInstall: ["date > /tmp/one"]
  install: ["sleep 0.3; cp /app/text.txt /installed"]
  setup: ["sleep 0.3; cp /app/text.txt /result"]
docker:
  CMD: ["cat", "/app/text.txt", "/result"]
"""


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    yield GitProject(program.folder)
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_killed_builds_are_finished_by_the_next(program: Program, project: GitProject) -> None:
    for number, chance in enumerate(rounds("build-killed", 2)):
        text = f"round {number}\n"
        version = f"  cacheVersion: '{uuid.uuid4().hex}'\n"
        config = CONFIG.replace("shell:\n", f"shell:\n{version}")
        project.commit({"werf.yaml": config, "text.txt": text})
        process = program.start(*BUILD)
        how = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        try:
            process.wait(chance.uniform(0.1, 3.5))
        except subprocess.TimeoutExpired:
            process.send_signal(how)
        process.communicate()
        if how is not signal.SIGKILL:
            assert leftovers(program, NAME) == [], f"after {how.name}"
        reference = reference_of(program(*BUILD).stderr)
        assert docker("run", "--rm", reference).split("\n") == [text.strip()] * 2
        assert leftovers(program, NAME) == []
