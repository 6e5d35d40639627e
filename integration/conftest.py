"""The real parts for the tests: started once, and taken down unless they ran before.

A missing part fails with the command that installs it; nothing is skipped.
"""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.ansible_environment import ansible_environment
from integration.kit import api
from integration.kit.api import Endpoints
from integration.kit.helm4 import NAME as HELM4
from integration.kit.helm4 import VARIABLE as HELM4_VARIABLE
from integration.kit.kubernetes import minors
from integration.kit.part import kit_of

if TYPE_CHECKING:
    from integration.tracking import Place

PROJECT = Path(__file__).parent.parent
PATIENCE = 280
"""Seconds after which a run of the program is taken to hang; a test has 300 by default."""


@dataclass(frozen=True)
class Finished:
    """What a run of the program printed, and its exit code."""

    code: int
    stdout: str
    stderr: str


class Running(subprocess.Popen[str]):
    """A run of the program; one that does not end says where each of its threads is."""

    def communicate(
        self, input: str | None = None, timeout: float | None = None
    ) -> tuple[str, str]:
        """Wait for its end and return its outputs; it is an error after *timeout* or `PATIENCE`."""
        try:
            return super().communicate(input, timeout or PATIENCE)
        except subprocess.TimeoutExpired:
            if timeout:
                raise
        self.send_signal(signal.SIGABRT)
        said: str = super().communicate()[1]
        raise AssertionError(f"{self.args!r}: no end after {PATIENCE} s\n{said}")


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
        return [sys.executable, "-X", "faulthandler", "-m", "werfish", *arguments]

    def start(self, *arguments: str) -> "Running":
        """Start the program and return at once."""
        return Running(
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


_WERE_UP = pytest.StashKey[bool]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember whether somebody else uses what runs: then it stays, with what is added to it.

    A shell has its background jobs ignore Ctrl-C: programs that tests start must not inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not _is_worker(session):
        session.config.stash[_WERE_UP] = _is_up()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the tests need before the first of them: to build it takes long, once.

    The limit on a test's time is none for that. Of several processes one starts it.
    """
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if "kit" in wanted:
        api.up(level="node")
    if "buildkit_programs" in wanted:
        api.prepare(("buildkit",))
    if "helm4" in wanted:
        api.prepare((HELM4,))
    if "minors_programs" in wanted:
        minors.prepare(kit_of())
    if "ansible_folder" in wanted:
        ansible_environment()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Take down what the tests started, once all of them are over, and require a clean machine."""
    if _is_worker(session) or session.config.stash[_WERE_UP] or not _is_up():
        return
    api.down()
    left = api.leftovers()
    if left:
        print("left behind:", *left, sep="\n", file=sys.stderr)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_worker(session: pytest.Session) -> bool:
    """Whether this process runs a part of the tests for another one."""
    return hasattr(session.config, "workerinput")


def _is_up() -> bool:
    return any(status.running for status in api.status().values())


@pytest.fixture(scope="session")
def kit() -> Iterator[Endpoints]:
    """Everything real, running: Docker, registries, a Kubernetes node, Helm, base images."""
    endpoints = api.endpoints()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in endpoints.variables.items():
            patch.setenv(name, value)
        yield endpoints


@pytest.fixture(scope="session")
def buildkit_programs() -> None:
    """Wanted by whoever may ask for `buildkit`: it is built before the first test."""


@pytest.fixture(scope="session")
def minors_programs() -> None:
    """Wanted by whoever starts a further minor of Kubernetes: it is built before the first test."""


@pytest.fixture(scope="session")
def ansible_folder() -> Path:
    """Return the folder of the environment that has Ansible."""
    return ansible_environment()


@pytest.fixture(scope="session")
def buildkit(kit: Endpoints, buildkit_programs: None) -> Iterator[str]:
    """Where a buildkitd listens; the first test that asks for it has it started."""
    missing = api.missing(("buildkit",))
    host = api.up(("buildkit",)).buildkit_host
    assert host is not None
    yield host
    if missing:
        api.down(missing)


@pytest.fixture(scope="session")
def helm4() -> str:
    """Return the path of Helm 4, which stands beside the helm of the kit."""
    return api.up((HELM4,)).variables[HELM4_VARIABLE]


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


@pytest.fixture
def place(kit: Endpoints, namespace: str) -> Iterator["Place"]:
    """Make a namespace of the test's own for tracking in it."""
    from integration.tracking import Place
    from werfish.kube.client import connect
    from werfish.kube.kubeconfig import KubeOptions

    cluster = connect(KubeOptions(config=kit.kubeconfig or "", environment=os.environ))
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield Place(cluster, namespace, f"{kit.registry}/library/busybox:1.35")
    cluster.close()
