"""Stages copied between registries: all that are whole, once, in few requests."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stages.digest import digest_of
from stages.stage import StageName
from tests.fakes.base_image import put_base_image
from tests.fakes.registry import FakeRegistry, running
from tests.storage.repo_machine import RepoMachine
from werfish.actions.sync import Copying, sync_stages
from werfish.oci.reference import Repository, parse_reference
from werfish.storage.stored_stage import StoredStage

NAMES = [f"file-{number}" for number in range(20)]


@dataclass
class World:
    """A registry with the *stages* of a project in repository ``one``."""

    registry: FakeRegistry
    folder: Path
    stages: tuple[StoredStage, ...]

    def machine(self, name: str, path: str) -> RepoMachine:
        return RepoMachine(self.folder / name, Repository(self.registry.host, path))

    def sync(self, name: str) -> tuple[int, str]:
        """Copy to repository ``two`` on a machine; return how many were new, and what was said."""
        one, two = self.machine(f"{name}-1", "one"), self.machine(f"{name}-2", "two")
        copied = sync_stages(Copying(one.storage, two.storage, two.backend, two.log))
        return copied, two.output.getvalue()

    def listed(self, path: str) -> set[str]:
        stages = self.machine(f"lists-{path}", path).storage.stages()
        return {stage.digest.value for stage in stages}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with running(FakeRegistry()) as registry:
        put_base_image(registry, "library/base", "1")
        machine = RepoMachine(tmp_path / "builder", Repository(registry.host, "one"))
        stages = []
        for name in NAMES:
            image = machine.image_on(f"{registry.host}/library/base:1", name)
            digest = digest_of(name, ())
            stages.append(machine.storage.save(StageName.GIT_ARCHIVE, digest, (("", name),), image))
        yield World(registry, tmp_path, tuple(stages))


def test_every_stage_is_copied(world: World) -> None:
    assert world.sync("x")[0] == 20
    assert world.listed("two") == world.listed("one") == {one.digest.value for one in world.stages}


def test_a_source_without_stages_is_warned_of(world: World) -> None:
    """Its address may be misspelt."""
    empty, two = world.machine("empty", "tow"), world.machine("two", "two")
    assert sync_stages(Copying(empty.storage, two.storage, two.backend, two.log)) == 0
    assert "warning: the source has no stages of this project\n" in two.output.getvalue()
    assert "warning" not in world.sync("x")[1]


def test_the_second_time_nothing_is_written(world: World) -> None:
    world.sync("x")
    world.registry.seen.clear()
    assert world.sync("y")[0] == 0
    assert {method for method, _ in world.registry.seen} == {"GET"}


def test_what_is_known_is_shared_once(world: World) -> None:
    """However many stages there are: each has its place in it."""
    world.sync("x")
    assert len(world.registry.requests("PUT", "/two/manifests/known-")) == 1


def test_a_broken_stage_is_left_out_and_told(world: World) -> None:
    stored = world.registry.repository("one")
    tag = parse_reference(world.stages[0].reference).tag
    layers = stored.manifests[stored.tags[tag]][1]
    others = b"".join(data for name, (_, data) in stored.manifests.items() if data != layers)
    for digest in [*stored.blobs]:
        if digest.encode() in layers and digest.encode() not in others:
            del stored.blobs[digest]
    copied, said = world.sync("x")
    assert copied == 19
    assert said.count("it is left out") == 1
