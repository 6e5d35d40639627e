"""A base image that vanishes: from this machine, from its registry, or while it is being used."""

import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.campaign import rounds
from integration.conftest import Program
from integration.kit.api import Endpoints
from integration.leftovers import apart, left_behind
from integration.machine import delete_repository
from integration.own_daemon import pulled
from integration.project import GitProject
from integration.test_build import docker
from integration.whole_project import BUILD, forget_stages, outcomes, start_alone
from tests.registry.clients import client_of
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import anonymous

NAME = f"base-{uuid.uuid4().hex[:8]}"
CONFIG = """
configVersion: 1
project: {name}
---
image: app
from: {base}
fromCacheVersion: "{version}"
git:
- {{add: /, to: /app, excludePaths: [werf.yaml, Dockerfile]}}
shell: {{setup: cat /base > /result}}
---
image: front
dockerfile: Dockerfile
"""


@dataclass(frozen=True)
class Base:
    """An image in a registry, and here; either can be taken away. *archive* has it for ever."""

    client: RegistryClient
    repository: Repository
    archive: Path

    @property
    def reference(self) -> str:
        """What configurations call it."""
        return f"{self.repository}:1"

    def make(self, source: str) -> None:
        """Make the image from *source*, once, and push it."""
        container = docker("create", source, "true")
        subprocess.run(["docker", "cp", "-", f"{container}:/"], input=_archive("base"), check=True)
        docker("commit", container, self.reference)
        docker("rm", container)
        docker("save", "-o", str(self.archive), self.reference)
        docker("push", self.reference)

    def bring_back(self) -> None:
        """Have it in the registry again, and not here."""
        docker("load", "-i", str(self.archive))
        docker("push", self.reference)
        self.forget()

    def forget(self) -> None:
        """Take it away from this machine."""
        subprocess.run(["docker", "rmi", "-f", self.reference], check=False, capture_output=True)

    def vanish(self) -> None:
        """Take it away everywhere."""
        self.forget()
        delete_repository(self.client, self.repository)


def _archive(name: str) -> bytes:
    """Return a tar archive with a file of that name and content."""
    line = f"printf {name} > {name} && touch -d @0 {name} && tar -c {name} && rm {name}"
    script = f"cd $(mktemp -d) && {line} && rmdir $PWD"
    return subprocess.run(["sh", "-c", script], check=True, capture_output=True).stdout


@pytest.fixture
def base(kit: Endpoints, tmp_path: Path) -> Iterator[Base]:
    """Make a base image in a repository of its own, gone afterwards."""
    assert kit.registry is not None
    with closing(client_of(anonymous)) as client:
        made = Base(client, Repository(kit.registry, f"faults/{NAME}"), tmp_path / "base.tar")
        made.make(pulled(kit))
        yield made
        made.vanish()


@pytest.fixture
def faulty(program: Program, tmp_path: Path) -> Iterator[Program]:
    yield apart(program, tmp_path / "faulty")
    forget_stages(NAME)


def commit(folder: Path, base: Base, version: str, text: str = "one\n") -> None:
    """Commit the project built on *base*; another *version* wants it resolved again."""
    GitProject(folder).commit(
        {
            "werf.yaml": CONFIG.format(name=NAME, base=base.reference, version=version),
            "Dockerfile": f"FROM {base.reference}\nCOPY text /page\nARG V={version}\n",
            "text": text,
        }
    )


def test_a_base_that_vanished_is_missed_only_where_it_is_needed(
    faulty: Program, base: Base
) -> None:
    commit(faulty.folder, base, "1")
    expected = outcomes(faulty(*BUILD).stderr)
    base.vanish()
    assert "building" not in faulty(*BUILD).stderr
    commit(faulty.folder, base, "1", "two\n")
    patched = faulty(*BUILD, "app")
    assert "gitLatestPatch: file text changed" in patched.stderr
    commit(faulty.folder, base, "2")
    failed = faulty(*BUILD, code=5)
    assert base.reference in failed.stderr
    assert "Traceback" not in failed.stderr
    assert left_behind(faulty, NAME) == []
    base.bring_back()
    again = outcomes(faulty(*BUILD).stderr)
    assert {name: one.tree for name, one in again.items()} == {
        name: one.tree for name, one in expected.items()
    }
    assert left_behind(faulty, NAME) == []


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_a_base_that_is_removed_again_and_again(faulty: Program, base: Base) -> None:
    """A build may fail of it, with one error; it is pulled again by the next."""
    commit(faulty.folder, base, "1")
    expected = outcomes(faulty(*BUILD).stderr)
    for chance in rounds("base", 1):
        forget_stages(NAME)
        ended = threading.Event()
        period = chance.uniform(0.01, 0.3)

        def remove(ended: threading.Event = ended, period: float = period) -> None:
            while not ended.wait(period):
                base.forget()

        thief = threading.Thread(target=remove)
        thief.start()
        process = start_alone(faulty, *BUILD)
        said = process.communicate()[1]
        ended.set()
        thief.join()
        assert process.returncode in (0, 5), said
        assert "Traceback" not in said
        assert outcomes(faulty(*BUILD).stderr) == expected
        assert left_behind(faulty, NAME) == []
