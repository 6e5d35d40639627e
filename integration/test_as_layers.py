"""``asLayers`` on the real Docker: what is kept, and what is built again."""

import json
import uuid
from collections.abc import Iterator

import pytest

from integration.conftest import Program
from integration.project import GitProject
from integration.test_build import docker

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"aslayers-{uuid.uuid4().hex[:8]}"
CONFIG = """
configVersion: 1
project: {name}
---
image: app
from: busybox:1.35
asLayers: true
git: [{{add: /, to: /app}}]
shell:
  install:
  - cd /app && echo one > /one
  - pwd > /place
  - {last}
"""
STAGES = ("--stages-storage", ":local")


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project with a last command that fails; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit({"werf.yaml": CONFIG.format(name=NAME, last="exit 3")})
    yield project
    images = docker("images", "-q", f"werfish-stages/{NAME}").split()
    docker("rmi", "-f", *sorted(set(images)))


def test_the_instructions_before_a_failing_one_are_kept(
    program: Program, project: GitProject
) -> None:
    failed = program("build", *STAGES, code=5)
    assert 'stage "install-3": command 3 ended with exit code 3' in failed.stderr
    project.commit({"werf.yaml": CONFIG.format(name=NAME, last="cat /one /place > /all")})
    planned = program("build", "--dry-run", *STAGES).stdout.splitlines()
    assert planned == ["app: install-3: never built before"]
    report = program.folder.parent / "report.json"
    program("build", *STAGES, "--report", str(report))
    app = json.loads(report.read_text())["images"]["app"]
    built = [one["name"] for one in app["stages"] if one["rebuilt"]]
    assert built == ["install-3"]
    assert docker("run", "--rm", app["reference"], "cat", "/all") == "one\n/"
