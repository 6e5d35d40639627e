"""Images that are built from one another on the real Docker; what is said of them and run."""

import json
import uuid
from collections.abc import Iterator

import pytest

from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.project import GitProject
from integration.test_build import docker, leftovers, reference_of

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"images-{uuid.uuid4().hex[:8]}"
FOLLOWED = f"{NAME}/base:1"
CONFIG = """
configVersion: 1
project: {name}
---
image: base
from: {base}
fromLatest: true
herebyIAdmitThatFromLatestMightBreakReproducibility: true
final: false
shell:
  beforeInstall: [echo base > /base]
---
artifact: tool
from: busybox:1.35
git: [{{add: /src, to: /src}}]
shell:
  install: [cp /src/a /a]
---
image: app
fromImage: base
git: [{{add: /src, to: /app}}]
shell:
  setup: [cat /base /app/a > /result]
imageSpec:
  author: me
  config:
    cmd: [cat, /result]
    labels: {{of: "%project%/%image%"}}
"""
STAGES = ("--stages-storage", ":local")


@pytest.fixture
def project(program: Program, kit: Endpoints) -> Iterator[GitProject]:
    """Commit the project; its stages and its base image are removed afterwards."""
    base = followed("busybox:1.35", kit)
    project = GitProject(program.folder)
    project.commit({"werf.yaml": CONFIG.format(name=NAME, base=base), "src/a": "one\n"})
    yield project
    images = docker("images", "-q", f"werfish-stages/{NAME}").split()
    docker("rmi", "-f", base, *sorted(set(images)))


def followed(image: str, kit: Endpoints) -> str:
    """Have the followed tag of the registry stand for *image*, and return it."""
    base = f"{kit.registry}/{FOLLOWED}"
    docker("pull", "-q", image)
    docker("tag", image, base)
    docker("push", "-q", base)
    return base


def test_an_image_is_built_upon_another(program: Program, project: GitProject) -> None:
    built = program("build", *STAGES)
    assert built.stderr.index("base: built beforeInstall") < built.stderr.index(
        "app: building from"
    )
    assert docker("run", "--rm", reference_of(built.stderr)) == "base\none"
    (found,) = json.loads(docker("inspect", reference_of(built.stderr)))
    assert (found["Author"], found["Config"]["Labels"]["of"]) == ("me", f"{NAME}/app")
    assert "tool" not in built.stderr
    assert "building" not in program("build", *STAGES).stderr
    assert leftovers(program, NAME) == []


def test_a_base_that_moves_on_is_followed(
    program: Program, project: GitProject, kit: Endpoints
) -> None:
    program("build", *STAGES)
    base = followed("debian:bookworm-slim", kit)
    built = program("build", *STAGES)
    assert f"base: building from: what the base image {base} stands for changed" in built.stderr
    assert "app: building from: the image base that it is built from changed" in built.stderr
    reference = reference_of(built.stderr)
    assert docker("run", "--rm", reference, "test", "-e", "/etc/debian_version") == ""


def test_what_was_built_is_reported_and_traced(program: Program, project: GitProject) -> None:
    trace, report = program.folder / "trace.json", program.folder / "report.json"
    built = program("build", *STAGES, "--trace", str(trace), "--report", str(report))
    app = json.loads(report.read_text())["images"]["app"]
    assert app["reference"] == reference_of(built.stderr)
    assert [stage["name"] for stage in app["stages"]] == [
        "from",
        "gitArchive",
        "setup",
        "imageSpec",
    ]
    assert app["size"] > 1_000_000
    assert all(stage["rebuilt"] and stage["seconds"] > 0 for stage in app["stages"])
    names = {event["name"] for event in json.loads(trace.read_text())["traceEvents"]}
    assert {"command", "look up", "build setup", "run instructions", "load image"} <= names
    program("build", *STAGES, "--report", "report.env")
    variables = (program.folder / "report.env").read_text().splitlines()
    assert f"WERFISH_APP_IMAGE={app['reference']}" in variables
    assert "WERFISH_APP_REBUILT=false" in variables


def test_stages_are_listed(program: Program, project: GitProject) -> None:
    before = json.loads(program("stages", "list", *STAGES, "--format", "json").stdout)
    assert {stage["reason"].rpartition(": ")[2] for stage in before} == {"never built before"}
    missing = program("stages", "image", "app", *STAGES, code=5)
    assert 'look up stage "from" of image "base"' in missing.stderr
    reference = reference_of(program("build", *STAGES).stderr)
    assert program("stages", "image", *STAGES).stdout.strip() == reference
    assert reference in program("stages", "list", "app", *STAGES).stdout


def test_a_built_image_runs(program: Program, project: GitProject) -> None:
    program("stages", "build", *STAGES)
    assert program("run", *STAGES).stdout == "base\none\n"
    assert program("run", "app", *STAGES, "--", "sh", "-c", "exit 3", code=3).stdout == ""
    options = ("--docker-options", "--rm -e 'A=b c'")
    assert program("run", *STAGES, *options, "--", "sh", "-c", "echo $A").stdout == "b c\n"
    shown = program("run", "app", *STAGES, "--dry-run", "--shell").stdout
    assert shown.startswith("docker run -ti --rm --entrypoint /bin/sh werfish-stages/")
    refused = program("run", "app", *STAGES, "--shell", "--bash", code=3)
    assert "exclude each other" in refused.stderr
