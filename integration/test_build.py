"""Building on the real Docker: what runs, what is reused, what is left behind, what is said."""

import json
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.project import GitProject
from werfish.containers.docker_sweep import HOME_LABEL

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"built-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
image: app
from: busybox:1.35
git:
- add: /
  to: /app
  excludePaths: [werf.yaml]
  stageDependencies:
    install: [deps.txt]
shell:
  beforeInstall:
  - echo 'app:x:1500:1500::/home/app:/bin/sh' >> /etc/passwd; echo 'app:x:1500:' >> /etc/group
  install:
  - cd /app
  - cp deps.txt /installed
  - mkdir -p /app/made && echo made > /app/made/file
  setup:
  - cat /app/text.txt > /result
docker:
  WORKDIR: /app
  USER: app
  ENV: {{NAME: value, PATH: "/app/bin:$PATH"}}
  CMD: ["cat", "text.txt"]
"""
FILES = {"werf.yaml": CONFIG, "text.txt": "one\n", "deps.txt": "1\n", "old/file": "x\n"}
BUILD = ("build", "--stages-storage", ":local")


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit(FILES)
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def reference_of(stderr: str, image: str = "app") -> str:
    lines = (
        line for line in stderr.splitlines() if re.search(r" stages? built|\d stages?\)", line)
    )
    return next(line for line in lines if line.startswith(f"{image}: ")).rpartition(" ")[2]


def leftovers(program: Program, project: str = NAME) -> list[str]:
    """Return what the builds of *program* left: containers, temporary tags, nameless images."""
    identity = Path(program.variables["WERF_HOME"]) / "werfish" / "id"
    if not identity.exists():  # killed before it began
        return []
    home = identity.read_text()
    nameless = ("--filter", "dangling=true", "--filter", f"label=io.werfish.project={project}")
    return [
        *docker("ps", "-aq", "--filter", f"label={HOME_LABEL}={home}").split(),
        *docker("images", "-q", f"werfish-tmp/{home}").split(),
        *docker("images", "-q", *nameless).split(),
    ]


def test_a_build_gives_the_image_that_the_configuration_says(
    program: Program, project: GitProject
) -> None:
    reference = reference_of(program(*BUILD).stderr)
    assert docker("run", "--rm", reference) == "one"
    listing = docker(
        "run", "--rm", "-u", "0", reference, "sh", "-c", "cat /installed /result; id app"
    )
    assert listing.splitlines()[:2] == ["1", "one"]
    config = json.loads(docker("inspect", reference))[0]["Config"]
    assert config["WorkingDir"] == "/app"
    assert config["User"] == "app"
    assert "NAME=value" in config["Env"]
    assert any(entry.startswith("PATH=/app/bin:/") for entry in config["Env"])
    assert leftovers(program) == []


def test_the_second_build_does_nothing(program: Program, project: GitProject) -> None:
    first = program(*BUILD)
    second = program(*BUILD)
    assert "up to date" in second.stderr
    assert "building" not in second.stderr
    assert reference_of(first.stderr) == reference_of(second.stderr)


def test_a_changed_file_builds_only_the_patch(program: Program, project: GitProject) -> None:
    program(*BUILD)
    project.commit({"text.txt": "two\n", "new/file": "n\n"}, remove=("old/file",))
    built = program(*BUILD)
    assert "gitLatestPatch: file" in built.stderr
    assert "install:" not in built.stderr
    reference = reference_of(built.stderr)
    assert docker("run", "--rm", reference) == "two"
    tree = docker("run", "--rm", reference, "find", "/app", "-mindepth", "1").split()
    assert sorted(tree) == [
        "/app/deps.txt", "/app/made", "/app/made/file",
        "/app/new", "/app/new/file", "/app/text.txt",
    ]  # fmt: skip


def test_a_changed_dependency_runs_its_stage_and_the_following(
    program: Program, project: GitProject
) -> None:
    program(*BUILD)
    project.commit({"deps.txt": "2\n", "text.txt": "two\n"})
    built = program(*BUILD)
    assert "install: file deps.txt changed" in built.stderr
    assert "gitLatestPatch" not in built.stderr
    reference = reference_of(built.stderr)
    assert docker("run", "--rm", reference, "cat", "/installed", "/result").split() == ["2", "two"]


def test_a_dry_run_says_what_would_be_built(program: Program, project: GitProject) -> None:
    program(*BUILD)
    project.commit({"deps.txt": "2\n"})
    said = program(*BUILD, "--dry-run").stdout
    assert "app: install: file deps.txt changed" in said
    assert "app: setup: the stage before it, install, was built again" in said
    assert program(*BUILD).stderr.count("building") == 3


def test_a_failing_command_is_shown_with_its_place_and_output(
    program: Program, project: GitProject
) -> None:
    broken = CONFIG.replace("- cp deps.txt /installed", "- echo almost; ls /nope")
    project.commit({"werf.yaml": broken})
    failed = program(*BUILD, code=5)
    line = broken.splitlines().index("  - echo almost; ls /nope") + 1
    assert f"werf.yaml:{line}: echo almost; ls /nope" in failed.stderr
    assert "exit code 1" in failed.stderr
    assert "almost" in failed.stderr
    assert "ls: /nope: No such file or directory" in failed.stderr
    assert leftovers(program) == []


def test_two_builds_at_once_agree(program: Program, project: GitProject) -> None:
    processes = [program.start(*BUILD) for _ in range(2)]
    outputs = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert len({reference_of(program(*BUILD).stderr)}) == 1
    assert leftovers(program) == []


def test_an_unknown_base_image_is_named(program: Program, project: GitProject) -> None:
    project.commit({"werf.yaml": CONFIG.replace("busybox:1.35", "busybox:no-such-tag")})
    failed = program(*BUILD, code=5)
    assert "busybox:no-such-tag" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("config", "code", "said"),
    [
        pytest.param(None, 3, "werf.yaml", id="missing"),
        pytest.param("{", 3, "not YAML", id="not-yaml"),
        pytest.param(CONFIG.replace("from:", "form:"), 3, "form", id="unknown-key"),
    ],
)
def test_a_wrong_configuration_is_one_clear_error(
    program: Program, config: str | None, code: int, said: str
) -> None:
    GitProject(program.folder).commit({"x": "", **({"werf.yaml": config} if config else {})})
    failed = program(*BUILD, code=code)
    assert said in failed.stderr
    assert "Traceback" not in failed.stderr


def test_no_repository(program: Program) -> None:
    GitProject(program.folder).write(FILES)
    assert "git" in program(*BUILD, code=4).stderr


def test_a_repository_without_commits(program: Program) -> None:
    project = GitProject(program.folder)
    project.write(FILES)
    project.git("init", "-q")
    assert "commit" in program(*BUILD, code=4).stderr


def test_no_docker_daemon(program: Program, project: GitProject, kit: Endpoints) -> None:
    away = Program(
        {**program.variables, "DOCKER_HOST": "unix:///nowhere/docker.sock"}, program.folder
    )
    failed = away(*BUILD, code=5)
    assert "Docker" in failed.stderr
    assert "hint: " in failed.stderr
