"""BuildKit: which program speaks to it, how it is called, and what its output means."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.containers.dockerfiles import Asked
from werfish.containers.buildkit_output import BuildKitOutput
from werfish.containers.buildkit_program import (
    BuildKitProgram,
    build_line,
    find_buildkit,
    version_of,
)
from werfish.containers.buildkit_run import BuildFiles

TEXT = """\
FROM busybox AS build
WORKDIR /w
RUN make $X
FROM build
RUN echo hi
COPY a /a
FROM scratch
COPY b /b
"""


def program(folder: Path, version: str, *, buildx: bool = False) -> str:
    """Write a program that says what Docker's client would."""
    folder.mkdir()
    path = folder / "docker"
    answer = "exit 0" if buildx else "exit 1"
    path.write_text(
        f'#!/bin/sh\n[ "$1" = buildx ] && {answer}\necho "Docker version {version}, build 1"\n'
    )
    path.chmod(0o755)
    return str(folder)


def test_the_first_docker_that_can_is_taken(tmp_path: Path) -> None:
    new = program(tmp_path / "new", "28.2.2")
    old = program(tmp_path / "old", "20.10.24+dfsg1")
    with_plugin = program(tmp_path / "plugin", "28.2.2", buildx=True)
    found = find_buildkit({"PATH": f"{new}:{old}:{with_plugin}"})
    assert found is not None
    assert (found.start, found.environment["DOCKER_BUILDKIT"]) == ((f"{old}/docker", "build"), "1")
    found = find_buildkit({"PATH": f"{new}:{with_plugin}:{old}"})
    assert found is not None
    assert found.start == (f"{with_plugin}/docker", "buildx", "build", "--load")
    assert find_buildkit({"PATH": new}) is None
    assert find_buildkit({"PATH": old, "DOCKER_BUILDKIT": "0"}) is None


def test_versions_are_read() -> None:
    assert version_of("Docker version 20.10.24+dfsg1, build 297e128") == (20, 10)
    assert version_of("podman 4") == (0, 0)


def test_the_line_names_secrets_by_their_files() -> None:
    request = replace(
        Asked(TEXT, target="build", args=(("X", "1 2"),)).request,
        add_hosts=("a:1.2.3.4",),
        network="none",
        ssh="default",
        secrets={"s": b"hidden"},
        platform="linux/arm64",
    )
    files = BuildFiles(Path("/c"), Path("/d/Dockerfile"), Path("/i"), {"s": Path("/s/0")})
    line = build_line(BuildKitProgram(("docker", "build")), request, files, {"k": "v"})
    assert line == (
        *("docker", "build", "--progress=plain", "--file=/d/Dockerfile", "--iidfile=/i"),
        *("--label=k=v", "--build-arg=X=1 2", "--add-host=a:1.2.3.4", "--secret=id=s,src=/s/0"),
        *("--platform=linux/arm64", "--target=build", "--network=none", "--ssh=default", "/c"),
    )


@pytest.mark.parametrize(
    ("title", "line"),
    [
        pytest.param("[stage-1 1/2] RUN echo hi", 5, id="by-its-text"),
        pytest.param("[build 3/3] RUN make expanded", 3, id="by-its-number"),
        pytest.param("[stage-1 2/2] COPY expanded /a", 6, id="on-another-stage"),
        pytest.param("[stage-2 1/1] COPY expanded /b", 8, id="on-nothing"),
    ],
)
def test_the_instruction_that_failed_is_known(title: str, line: int) -> None:
    asked = Asked(TEXT)
    output = BuildKitOutput(asked.request)
    for said in (
        "#1 [internal] load build definition from Dockerfile",
        "",
        f"#1 sha256:{'a' * 64}",
        "#1 DONE 0.0s",
        f"#7 {title}",
        "#8 [other 1/9] RUN sleep",
        "#8 0.100 slept",
        "#7 0.210 first",
        "#7 0.310 last",
        "#8 CANCELED",
        "#7 ERROR: executor failed running [/bin/sh -c x]: exit code: 4",
        "------",
    ):
        output.feed(said)
    error = output.failure()
    assert (error.line, error.code, error.tail) == (line, 4, ("first", "last"))
    assert len(asked.lines) == 10


def test_what_is_no_instruction_is_told_as_it_was_said() -> None:
    output = BuildKitOutput(Asked(TEXT).request)
    output.feed("failed to solve with frontend dockerfile.v0: no such thing")
    error = output.failure()
    assert (error.line, error.code) == (0, 0)
    assert error.tail == ("failed to solve with frontend dockerfile.v0: no such thing",)


@pytest.mark.parametrize(
    "start",
    [
        "failed to solve with frontend dockerfile.v0: failed to create LLB definition: ",
        "ERROR: failed to solve: ",
        "error: failed to solve: ",
    ],
)
def test_a_dockerfile_that_cannot_be_read_is_the_problem(start: str) -> None:
    """Such as one with here-documents, for the BuildKit of Docker 20.10."""
    output = BuildKitOutput(Asked(TEXT).request)
    for line in ("#1 DONE 0.0s", f"{start}dockerfile parse error line 3: unknown", "------"):
        output.feed(line)
    error = output.failure()
    assert str(error).splitlines()[0].endswith(": Dockerfile:3: unknown")
    assert error.line == 3
