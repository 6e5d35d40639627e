"""What a start of the program loads: what a command does not need costs nothing."""

import pytest

from tests.cli.built_project import BuiltProject, built_project
from tests.fakes.daemon import daemon_of

TIMED = ("-X", "importtime")
"""Makes Python list what it imports."""

WERF_YAML = """
project: start
configVersion: 1
---
image: app
from: base:1
git:
- {add: /, to: /app, stageDependencies: {setup: setup.txt}}
shell:
  beforeInstall: echo app > /made
  setup: cat /app/setup.txt > /setup
docker: {CMD: ["cat", "/setup"]}
"""

HEAVY = {"docker", "requests", "urllib3", "ssl", "http.client", "kubernetes", "git", "rich"}
"""Libraries that take a tenth of a second, or would keep others from being left out."""

NOT_OF_A_VERSION = HEAVY | {
    "yaml",
    "wcmatch",
    "subprocess",
    "stages",
    "werfish.cli.wiring",
    "werfish.config",
    "werfish.log",
}
NOT_OF_AN_UNCHANGED_BUILD = HEAVY | {
    "tarfile",
    "email",
    "e2b_dockerfile_utils",
    "werfish.build.ansible",
    "werfish.build.assemble",
    "werfish.build.dockerfile_image",
    "werfish.build.import_layer",
    "werfish.build.instruct",
    "werfish.build.mounts",
    "werfish.build.plan",
    "werfish.build.read_dockerfile",
    "werfish.build.secrets",
    "werfish.containers.buildkit_build",
    "werfish.containers.classic_build",
    "werfish.containers.docker_pull",
    "werfish.containers.docker_run",
    "werfish.containers.dockerfile_builder",
    "werfish.dockerfile",
    "werfish.git.access",
    "werfish.git.mirrors",
    "werfish.git.remote_source",
    "werfish.gotemplate",
    "werfish.oci.layer_writer",
    "werfish.registry",
    "werfish.publish",
    "werfish.helm",
    "werfish.kube",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> BuiltProject:
    """Return a plain Stapel project, built."""
    files = {"werf.yaml": WERF_YAML, "setup.txt": "1\n", "src/main.py": "print(1)\n"}
    return built_project(tmp_path_factory.mktemp("start"), files)


def test_a_version_loads_click_and_little_else(project: BuiltProject) -> None:
    done = project.run("version", python=TIMED)
    assert done.code == 0
    assert sorted(done.modules & NOT_OF_A_VERSION) == []


def test_help_loads_no_command(project: BuiltProject) -> None:
    done = project.run("--help", python=TIMED)
    assert "Commands:" in done.stdout
    assert sorted(done.modules & (NOT_OF_A_VERSION | {"werfish.cli.build"})) == []


def test_an_unchanged_build_loads_nothing_that_makes_stages(project: BuiltProject) -> None:
    with daemon_of(project.backend) as daemon:
        done = project.run("build", *LOCAL, daemon=daemon.url, python=TIMED)
    assert "app: up to date" in done.stderr
    assert sorted(done.modules & NOT_OF_AN_UNCHANGED_BUILD) == []


def test_an_unchanged_build_asks_the_daemon_for_each_stage_once(project: BuiltProject) -> None:
    with daemon_of(project.backend) as daemon:
        project.run("build", *LOCAL, daemon=daemon.url)
    asked = [path for _, path in daemon.requests if "/werfish-stages/" in path]
    assert len(asked) == len(set(asked)) == STAGES
    assert len(daemon.requests) == STAGES + TO_SWEEP


LOCAL = ("--stages-storage", ":local")
STAGES = 5
"""from, beforeInstall, gitArchive, setup, dockerInstructions"""
TO_SWEEP = 5
"""The version, and lists of containers, images, volumes and passing tags."""
