"""The real parts for the tests: started once, and taken down unless they ran before.

A missing part fails with the command that installs it; nothing is skipped.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.kit import api
from integration.kit.api import Endpoints

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Finished:
    """What a run of the program printed, and its exit code."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Program:
    """The ``werfish`` program as a user runs it, with a home of its own."""

    variables: Mapping[str, str]
    folder: Path

    def environment(self) -> dict[str, str]:
        """Return the environment of the program."""
        return {**os.environ, **self.variables, "PYTHONPATH": str(PROJECT)}

    def line(self, *arguments: str) -> list[str]:
        """Return the whole line that runs the program."""
        return [sys.executable, "-m", "werfish", *arguments]

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the program and return at once."""
        return subprocess.Popen(
            self.line(*arguments),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, code: int | None = 0) -> Finished:
        """Run the program to its end; *code* is the exit code that it must have."""
        process = self.start(*arguments)
        stdout, stderr = process.communicate()
        if code is not None:
            assert process.returncode == code, f"{arguments}: {process.returncode}\n{stderr}"
        return Finished(process.returncode, stdout, stderr)


@pytest.fixture(scope="session")
def kit() -> Iterator[Endpoints]:
    """Everything real, running: Docker, registries, a Kubernetes node, Helm, base images."""
    # Somebody else may use what runs: then it stays, with what is started beside it.
    were_up = any(status.running for status in api.status().values())
    endpoints = api.up(level="node")
    previous = {name: os.environ.get(name) for name in endpoints.variables}
    os.environ.update(endpoints.variables)
    yield endpoints
    for name, value in previous.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    if not were_up:
        api.down()
        assert api.leftovers() == []


@pytest.fixture(scope="session")
def buildkit(kit: Endpoints) -> Iterator[str]:
    """Where a buildkitd listens; the first test that asks for it has it built and started."""
    missing = api.missing(("buildkit",))
    host = api.up(("buildkit",)).buildkit_host
    assert host is not None
    yield host
    if missing:
        api.down(missing)


@pytest.fixture
def namespace(kit: Endpoints) -> Iterator[str]:
    """Name a namespace of the test's own; it is not made, and removed afterwards."""
    name = f"test-{uuid.uuid4().hex[:10]}"
    yield name
    subprocess.run(
        ["kubectl", "delete", "namespace", name, "--wait=false", "--ignore-not-found"],
        env={**os.environ, **kit.variables},
        check=True,
        capture_output=True,
    )


@pytest.fixture
def program(kit: Endpoints, tmp_path: Path) -> Program:
    """Return the program with a fresh home, in a fresh folder ``project``."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Program({**kit.variables, "WERF_HOME": str(tmp_path / "home")}, folder)
