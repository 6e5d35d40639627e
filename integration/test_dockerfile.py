"""Images from Dockerfiles on the real Docker, by all three ways to build them."""

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.project import GitProject
from integration.test_build import docker, leftovers, reference_of
from werfish.containers.docker_sweep import HOME_LABEL

pytestmark = pytest.mark.usefixtures("kit")

NAME = f"dockerfile-{uuid.uuid4().hex[:8]}"
CONFIG = f"""
configVersion: 1
project: {NAME}
---
image: web
dockerfile: Dockerfile
target: final
args: {{GREETING: hello, UNUSED: "1"}}
addHost: ["example.test:10.1.2.3"]
network: none
contextAddFiles: [made.txt]
"""
TEXT = """\
ARG BASE=busybox:1.35
FROM ${BASE} AS build
ARG GREETING
RUN grep -q 10.1.2.3 /etc/hosts && echo "$GREETING" > /greeting
COPY src /src

FROM scratch AS unused
COPY docs /docs

FROM ${BASE} AS final
COPY --from=build /greeting /greeting
COPY . /app
COPY made.txt /made
RUN [ "$(ls /sys/class/net)" = lo ]
CMD ["cat", "/greeting"]

FROM final AS after
RUN exit 9
"""
IGNORE = "# not these\ndocs\n**/*.log\n!src/keep.log\nDockerfile\n.dockerignore\n.git*\nwerf.yaml\n"
FILES = {
    "werf.yaml": CONFIG,
    "Dockerfile": TEXT,
    ".dockerignore": IGNORE,
    ".gitignore": "made.txt\n",
    "src/a": "1\n",
    "src/deep/b.log": "x",
    "src/keep.log": "x",
    "docs/c": "1",
}
IN_APP = ["made.txt", "src/a", "src/keep.log"]
BUILD = ("build", "--stages-storage", ":local")


def by(way: str, request: pytest.FixtureRequest, program: Program) -> Program:
    """Return *program* with one way to build: Docker's BuildKit, buildctl, the classic builder."""
    host = request.getfixturevalue("buildkit") if way == "buildctl" else ""
    chosen = {"WERF_BUILDKIT_HOST": host, "BUILDKIT_HOST": ""}
    if way == "classic":
        chosen["DOCKER_BUILDKIT"] = "0"
    return replace(program, variables={**program.variables, **chosen})


@pytest.fixture(params=["docker", "buildctl", "classic"])
def builder(request: pytest.FixtureRequest, program: Program, buildkit_programs: None) -> Program:
    """Return the program with each way to build."""
    return by(request.param, request, program)


@pytest.fixture(params=["docker", "buildctl"])
def with_buildkit(
    request: pytest.FixtureRequest, program: Program, buildkit_programs: None
) -> Program:
    """Return the program with both ways to BuildKit."""
    return by(request.param, request, program)


@pytest.fixture
def buildctl(request: pytest.FixtureRequest, program: Program, buildkit_programs: None) -> Program:
    """Return the program with a buildkitd."""
    return by("buildctl", request, program)


@pytest.fixture
def project(program: Program) -> Iterator[GitProject]:
    """Commit the project under a name of its own; its stages are removed afterwards."""
    project = GitProject(program.folder)
    project.commit(FILES)
    project.write({"made.txt": "made\n"})
    yield project
    stages = docker("images", "-q", f"werfish-stages/{NAME}").split()
    if stages:
        docker("rmi", "-f", *sorted(set(stages)))


def found(reference: str, command: str) -> list[str]:
    return docker("run", "--rm", reference, "sh", "-c", command).splitlines()


def steps_of(program: Program) -> list[str]:
    """Return the images that builds of *program* made on their way."""
    home = (Path(program.variables["WERF_HOME"]) / "werfish" / "id").read_text()
    return docker("images", "-aq", "--filter", f"label={HOME_LABEL}={home}").split()


def test_a_target_is_built_from_the_commit(builder: Program, project: GitProject) -> None:
    project.write({"src/a": "dirty\n", "src/new": "dirty\n"})
    done = builder(*BUILD)
    assert "uncommitted changes are left out: src/a, src/new" in done.stderr
    reference = reference_of(done.stderr, "web")
    command = "cat /greeting /made /app/src/a; cd /app; find . -type f | sort; ls /docs"
    listed = found(reference, f"{command} 2>/dev/null || true")
    assert listed == ["hello", "made", "1", *(f"./{path}" for path in IN_APP)]
    inspected = json.loads(docker("inspect", reference))[0]
    commit_time = int(project.git("log", "-1", "--format=%ct"))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(commit_time))
    assert inspected["Created"] == stamp
    labels = inspected["Config"]["Labels"]
    assert labels["io.werfish.stage"] == "dockerfile"
    assert not {"io.werfish.home", "io.werfish.build"} & set(labels)
    if builder.variables.get("DOCKER_BUILDKIT") == "0":  # BuildKit's cache knows no times
        times = found(reference, "stat -c %Y /app/src/a /app/made.txt")
        assert times == [str(commit_time)] * 2
    assert leftovers(builder, NAME) == []


def test_what_rebuilds_and_what_does_not(builder: Program, project: GitProject) -> None:
    builder(*BUILD)
    assert "web: up to date" in builder(*BUILD).stderr
    project.commit({"docs/c": "2", "src/x.log": "2", "Dockerfile": f"# a word\n{TEXT}"})
    assert "web: up to date" in builder(*BUILD).stderr
    project.commit({"src/a": "2\n"})
    said = builder(*BUILD).stderr
    assert "web: building dockerfile: file src/a changed" in said
    assert found(reference_of(said, "web"), "cat /app/src/a") == ["2"]
    project.write({"made.txt": "again\n"})
    assert "dockerfile: file made.txt changed" in builder(*BUILD).stderr
    project.commit({"werf.yaml": CONFIG.replace("GREETING: hello", "GREETING: bye")})
    said = builder(*BUILD).stderr
    assert "instruction 2 (ARG GREETING) has other values" in said
    assert leftovers(builder, NAME) == []


def test_a_failing_instruction(builder: Program, project: GitProject) -> None:
    project.commit({"werf.yaml": CONFIG.replace("target: final", "target: after")})
    text = TEXT.replace("RUN exit 9", "RUN echo one && \\\n    echo two && exit 9")
    project.commit({"Dockerfile": text})
    error = builder(*BUILD, code=5).stderr
    assert 'stage "dockerfile": Dockerfile:18: ended with exit code 9' in error
    assert "RUN echo one &&     echo two && exit 9" in error
    assert error.partition("the last lines of its output:")[2].split()[:2] == ["one", "two"]
    assert steps_of(builder) == []
    assert leftovers(builder, NAME) == []


def key_in(folder: Path) -> str:
    """Make an ssh key in *folder*, and return its path."""
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-f", folder / "key"], check=True)
    return str(folder / "key")


def test_the_classic_builder_refuses_by_name(
    request: pytest.FixtureRequest, program: Program, project: GitProject, tmp_path: Path
) -> None:
    key = key_in(tmp_path)
    text = (
        "# syntax=docker/dockerfile:1\nFROM busybox:1.35\n"
        "RUN --mount=type=cache,target=/c true\nCOPY --link src /src\nCOPY <<E /e\nhi\nE\n"
    )
    secret = "secrets: [{id: s, value: verysecret}]\nssh: default\n"
    project.commit({"Dockerfile": text, "werf.yaml": CONFIG.replace("target: final\n", secret)})
    error = by("classic", request, program)(*BUILD, "--ssh-key", key, code=5).stderr
    needs = ("3: RUN --mount", "4: COPY --link", "5: COPY with a here-document", "secrets", "ssh")
    for need in needs:
        assert need in error
    assert "install BuildKit" in error


def test_buildkit_has_mounts_and_secrets(with_buildkit: Program, project: GitProject) -> None:
    text = (
        "FROM busybox:1.35\n"
        "RUN --mount=type=secret,id=s wc -c < /run/secrets/s > /size\n"
        "RUN --mount=type=bind,source=src,target=/s cp /s/a /a\n"
        "COPY --chmod=600 src/a /mode\n"
    )
    secret = "secrets: [{id: s, value: verysecret}]\n"
    project.commit({"Dockerfile": text, "werf.yaml": CONFIG.replace("target: final\n", secret)})
    done = with_buildkit(*BUILD)
    reference = reference_of(done.stderr, "web")
    assert found(reference, "cat /size /a; stat -c %a /mode") == ["10", "1", "600"]
    assert "verysecret" not in done.stderr + docker("history", "--no-trunc", reference)
    assert leftovers(with_buildkit, NAME) == []


def test_buildkit_uses_the_keys_that_were_named(
    with_buildkit: Program, project: GitProject, tmp_path: Path
) -> None:
    key = key_in(tmp_path)
    text = f'FROM busybox:1.35\nRUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo {NAME}\n'
    ssh = "ssh: default\n"
    project.commit({"Dockerfile": text, "werf.yaml": CONFIG.replace("target: final\n", ssh)})
    error = with_buildkit(*BUILD, code=5).stderr
    assert 'image "web": ssh "default": there is no ssh agent' in error
    assert "error: werf.yaml:" in error
    said = with_buildkit(*BUILD, "--ssh-key", key).stderr
    assert "1 image" in said or reference_of(said, "web")
    assert leftovers(with_buildkit, NAME) == []


def test_a_named_buildkitd_knows_what_dockers_does_not(
    buildctl: Program, project: GitProject
) -> None:
    text = (
        "FROM busybox:1.35 AS one\nWORKDIR /w\n"
        "RUN <<END\necho $PWD > /where\nls /sys/class/net | grep -qv lo && echo host > /net\nEND\n"
        "FROM one\nCOPY --link src/a /linked\n"
    )
    network = CONFIG.replace("target: final\n", "").replace("network: none", "network: host")
    project.commit({"Dockerfile": text, "werf.yaml": network})
    reference = reference_of(buildctl(*BUILD).stderr, "web")
    assert found(reference, "cat /where /net /linked") == ["/w", "host", "1"]


def test_a_commit_does_not_build_again_what_it_did_not_change(
    buildctl: Program, project: GitProject
) -> None:
    """WORKDIR would be another step at each commit if BuildKit were told the commit's time."""
    text = f"FROM busybox:1.35\nWORKDIR /w\nRUN echo {uuid.uuid4()} > /once\nCOPY src /src\n"
    project.commit({"Dockerfile": text, "werf.yaml": CONFIG.replace("target: final\n", "")})
    first = reference_of(buildctl(*BUILD).stderr, "web")
    project.commit({"src/a": "2\n"})
    said = buildctl(*BUILD).stderr
    assert [line for line in said.splitlines() if "CACHED" in line]
    second = reference_of(said, "web")
    layers = [json.loads(docker("inspect", one))[0]["RootFS"]["Layers"] for one in (first, second)]
    assert layers[0][:-1] == layers[1][:-1]
    assert layers[0][-1] != layers[1][-1]
    assert found(second, "cat /src/a") == ["2"]


def test_a_host_that_cannot_be_used_is_named(program: Program, project: GitProject) -> None:
    def failing(**variables: str) -> str:
        changed = replace(program, variables={**program.variables, **variables})
        return changed(*BUILD, code=5).stderr

    error = failing(BUILDKIT_HOST="unix:///nowhere/kit.sock")
    assert 'reach BuildKit at "unix:///nowhere/kit.sock" (BUILDKIT_HOST): ' in error
    error = failing(WERF_BUILDKIT_HOST="tcp://127.0.0.1:1")
    assert 'reach BuildKit at "tcp://127.0.0.1:1" (WERF_BUILDKIT_HOST): ' in error
    error = failing(WERF_BUILDKIT_HOST="unix:///x", PATH="/usr/bin:/bin")
    assert 'the program "buildctl" is not on PATH' in error
    assert 'install "buildctl"' in error


def test_images_need_each_other(builder: Program, project: GitProject) -> None:
    more = """---
image: top
fromImage: web
import: [{image: web, add: /app/src, to: /imported, before: setup}]
shell:
  setup: cat /greeting /imported/a > /top
---
image: told
dockerfile: Told
context: told
dependencies:
- image: top
  imports: [{type: ImageName, targetBuildArg: TOP}, {type: ImageDigest, targetBuildArg: ID}]
"""
    told = "ARG TOP\nFROM $TOP\nARG ID\nCOPY . /told\nRUN echo $ID > /id\n"
    project.commit({"werf.yaml": CONFIG + more, "told/Told": told})
    said = builder(*BUILD).stderr
    assert found(reference_of(said, "told"), "cat /top; ls /told; wc -c < /id") == [
        "hello", "1", "Told", "72",
    ]  # fmt: skip
    assert "told: up to date" in builder(*BUILD).stderr
    project.commit({"src/a": "2\n"})
    assert "dockerfile: the image top that it depends on changed" in builder(*BUILD).stderr
    assert leftovers(builder, NAME) == []


def test_a_large_context(builder: Program, project: GitProject) -> None:
    """What was measured is printed; the bound is generous, for shared machines."""
    project.commit({f"src/{n % 50}/{n}": f"{n}\n" * 20 for n in range(5000)})
    started = time.monotonic()
    reference = reference_of(builder(*BUILD).stderr, "web")
    first = time.monotonic() - started
    assert found(reference, "find /app/src -type f | wc -l") == ["5002"]
    started = time.monotonic()
    builder(*BUILD)
    again = time.monotonic() - started
    print(f"5,000 files: {first:.2f} s, nothing changed: {again:.2f} s")
    assert first < 200
    assert again < 30


@pytest.mark.parametrize("kill", ["kill", "terminate"])
def test_what_a_killed_build_leaves_is_found(
    builder: Program, project: GitProject, kill: str
) -> None:
    text = TEXT.replace("COPY src /src", f"RUN echo {uuid.uuid4()} && sleep 3")
    project.commit({"Dockerfile": text})
    process = builder.start(*BUILD)
    assert process.stderr is not None
    for line in process.stderr:
        if "sleep 3" in line and "web/dockerfile" in line:
            break
    getattr(process, kill)()
    process.communicate()
    builder(*BUILD)
    assert leftovers(builder, NAME) == steps_of(builder) == []
    temporary = Path(os.environ.get("TMPDIR", "/tmp"))
    assert list(temporary.glob("werfish-build-*")) == []


def test_a_dockerfile_image_is_published(builder: Program, project: GitProject) -> None:
    registry = os.environ["WERFISH_KIT_REGISTRY"]
    repo = f"{registry}/{NAME}"
    options = ("--images-repo", repo, "--tag-custom", "v1")
    done = builder("build-and-publish", "--stages-storage", ":local", *options)
    assert "web: " in done.stderr
    reference = f"{repo}/web:v1"
    docker("pull", "-q", reference)
    try:
        assert found(reference, "cat /greeting") == ["hello"]
    finally:
        docker("rmi", reference)
    again = builder("publish", "--stages-storage", ":local", *options).stderr
    assert "is up to date" in again
