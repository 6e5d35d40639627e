"""Builders that share a registry, killed at any instant; registries that go away meanwhile."""

import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.machine import delete_repository
from integration.project import GitProject
from integration.published import remove_labelled
from integration.registries import free_port, running_registry
from integration.stored_stages import problems_in
from integration.test_locks import leases, reached
from integration.whole_project import kill, start_alone
from tests.registry.clients import client_of
from werfish.oci.labels import PROJECT
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient

CONFIG = """project: {name}
configVersion: 1
---
image: app
from: {base}
fromCacheVersion: "{version}"
git:
- {{add: /src, to: /app, stageDependencies: {{setup: "*"}}}}
shell:
  beforeInstall: head -c 100000 /dev/urandom > /unlike-any-other
  setup: cat /app/text > /result && head -c 1000 /dev/urandom > /neither-is-this
---
image: page
from: {base}
git:
- {{add: /src, to: /page}}
docker: {{CMD: [cat, /page/text]}}
"""
"""No two builders make the same of `app`, and all make the same of `page`."""

APP, PAGE = CONFIG.index("---\nimage: app"), CONFIG.index("---\nimage: page")
RESTARTS = 4
PLAIN = CONFIG[:APP] + CONFIG[PAGE:]
"""The same without what needs Docker."""

HOMES = 4


@dataclass(frozen=True)
class Builders:
    """Machines that build *project*, which is called *name*, with stages in *repository*."""

    program: Program
    project: GitProject
    name: str
    repository: Repository
    base: str
    folder: Path

    def machine(self, home: str) -> Program:
        """Return the program as on the machine *home*."""
        own = {"WERF_HOME": str(self.folder / home)}
        return replace(self.program, variables={**self.program.variables, **own})

    def commit(self, version: str, text: str, config: str = CONFIG) -> None:
        """Commit a project whose first stage follows from *version*."""
        told = config.format(name=self.name, base=self.base, version=version)
        self.project.commit({"werf.yaml": told, "src/text": text})


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    with closing(client_of()) as client:
        yield client


@pytest.fixture
def builders(
    kit: Endpoints, program: Program, client: RegistryClient, tmp_path: Path
) -> Iterator[Builders]:
    name = f"registry-{uuid.uuid4().hex[:8]}"
    repository = Repository(str(kit.registry), f"faults/{name}")
    base = f"{kit.registry}/library/busybox:1.35"
    yield Builders(program, GitProject(program.folder), name, repository, base, tmp_path)
    remove_labelled(kit.variables, f"{PROJECT}={name}")
    delete_repository(client, repository)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shared", [False, True], ids=["no-locks", "shared-locks"])
def test_killed_builders_leave_every_stage_whole(
    builders: Builders, client: RegistryClient, namespace: str, shared: bool
) -> None:
    """Two to eight begin at once; the killed ones leave nothing broken, the others end well."""
    locks = ("--synchronization", f"kubernetes://{namespace}") if shared else ()
    publish = ("build-and-publish", "--repo", str(builders.repository), *locks)
    seconds = 0.0
    for number, chance in enumerate(rounds(f"registry-{'shared' if shared else 'alone'}")):
        builders.commit(f"{number // 2}", f"{number}\n")
        began = time.monotonic()
        homes = [f"home-{chance.randrange(HOMES)}" for _ in range(chance.choice((2, 2, 3, 4, 8)))]
        processes = [start_alone(builders.machine(home), *publish) for home in homes]
        doomed = set(chance.sample(range(len(homes)), chance.randrange(len(homes) + 1)))
        for victim in sorted(doomed):
            time.sleep(chance.uniform(0, max(seconds, 4.0) / len(homes)))
            kill(processes[victim], whole_group=chance.random() < 0.5)
        said = [process.communicate()[1] for process in processes]
        for at, process in enumerate(processes):
            assert at in doomed or process.returncode == 0, said[at]
            assert "Traceback" not in said[at]
        seconds = time.monotonic() - began if not doomed else seconds
        calm = builders.machine("calm")(*publish)
        assert "published" in calm.stderr or "up to date" in calm.stderr
        assert problems_in(builders.repository, client) == []
        after = builders.machine(f"after-{number}")(*publish).stderr
        assert "building" not in after
        assert "published" not in after
    if shared:
        with closing(reached(builders.folder / "cache")) as cluster:
            assert not leases(cluster, namespace)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_a_registry_that_restarts_again_and_again_gets_everything(
    builders: Builders, kit: Endpoints, client: RegistryClient, tmp_path: Path
) -> None:
    """Whoever was in the middle of a push goes on, and what arrived is whole."""
    port = free_port()
    repository = Repository(f"127.0.0.1:{port}", "restarted")
    for number, chance in enumerate(rounds("registry-restarted", 3)):
        builders.commit(f"{number}", f"{number}\n" * 1000, PLAIN)
        with ExitStack() as running:
            registry = running.enter_context(running_registry(tmp_path, port))
            publish = ("build-and-publish", "--repo", str(repository))
            process = start_alone(builders.machine("home"), *publish)
            assert process.stderr is not None
            for line in process.stderr:  # one that has never answered yet is an error at once
                if "building" in line:
                    break
            for _ in range(RESTARTS):  # for ever would be too often for any patience
                try:
                    process.wait(chance.uniform(0.05, 1.0))
                except subprocess.TimeoutExpired:
                    registry.kill()
                    registry.wait()
                    registry = running.enter_context(running_registry(tmp_path, port))
            said = process.communicate()[1]
            assert process.returncode == 0, said
            assert problems_in(repository, client) == []


def test_a_registry_that_may_only_be_read_is_used_until_something_is_written(
    builders: Builders, kit: Endpoints, tmp_path: Path
) -> None:
    port = free_port()
    publish = ("build-and-publish", "--repo", f"127.0.0.1:{port}/readonly")
    builders.commit("1", "one\n", PLAIN)
    with running_registry(tmp_path, port):
        builders.machine("first")(*publish)
    with running_registry(tmp_path, port, is_readonly=True):
        assert "page: up to date" in builders.machine("second")(*publish).stderr
        builders.commit("1", "two\n", PLAIN)
        for home in ("first", "second"):
            failed = builders.machine(home)(*publish, code=6)
            assert "building gitLatestPatch" in failed.stderr
            assert failed.stderr.count("error:") == failed.stderr.count("405") == 1
            assert "read-only" in failed.stderr
            assert "Traceback" not in failed.stderr


def test_what_the_daemon_would_push_in_vain_is_refused_at_once(
    builders: Builders, tmp_path: Path
) -> None:
    """The daemon tries for most of a minute, and says nothing meanwhile."""
    port, only_app = free_port(), CONFIG[:PAGE]
    publish = ("build-and-publish", "--repo", f"127.0.0.1:{port}/readonly")
    builders.commit("1", "one\n", only_app)
    with running_registry(tmp_path, port):
        builders.machine("first")(*publish)
    builders.commit("1", "two\n", only_app)
    with running_registry(tmp_path, port, is_readonly=True):
        failed = builders.machine("first")(*publish, code=6)
    assert f'error: upload to "127.0.0.1:{port}/readonly"' in failed.stderr
    assert failed.stderr.count("error:") == 1
