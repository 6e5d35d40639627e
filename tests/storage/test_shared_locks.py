"""Builders on several machines that share locks save each stage once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.digest import Digest
from stages.stage import StageName
from tests.fakes.base_image import put_base_image
from tests.fakes.cluster import FakeCluster
from tests.fakes.registry import FakeRegistry, running
from tests.locks.machine import Machine
from tests.storage.repo_machine import RepoMachine
from werfish.locks.lease import LEASE
from werfish.oci.reference import Repository

COMMITS = (("", "c" * 40),)
DIGESTS = [Digest(letter * 64) for letter in "abcd"]
BUILDERS = 4


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with running(FakeRegistry()) as registry:
        put_base_image(registry, "library/base", "1")
        yield registry


def test_of_builders_with_shared_locks_one_saves_a_stage(
    registry: FakeRegistry, tmp_path: Path
) -> None:
    cluster, start = FakeCluster(), threading.Barrier(BUILDERS)
    repository, saved = Repository(registry.host, "shop/stages"), []

    def build(name: str) -> None:
        sharing = Machine(cluster)
        machine = RepoMachine(tmp_path / name, repository, locks=sharing.locks)
        image = machine.image_on(f"{registry.host}/library/base:1", f"by-{name}")
        assert not any(machine.storage.find(digest) for digest in DIGESTS)
        start.wait(30)
        for digest in DIGESTS:
            stage = machine.storage.save(StageName.INSTALL, digest, COMMITS, image)
            saved.append((digest, stage.reference))
        sharing.locks.close()

    builders = [threading.Thread(target=build, args=[str(n)]) for n in range(BUILDERS)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(60)
    assert len(saved) == BUILDERS * len(DIGESTS)
    assert len(set(saved)) == len(DIGESTS)
    tags = registry.repository("shop/stages").tags
    assert sorted(tag.partition("-")[0] for tag in tags if "-" in tag) == sorted(map(str, DIGESTS))
    assert not cluster.list(LEASE, "sync").items
