"""Fixtures of building: a backend, a repository and a storage."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from tests.build.world import World, world_of
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.repository import FakeRepository
from werfish.build.adapters import BuildAdapters
from werfish.build.surroundings import Surroundings
from werfish.containers.fact_store import FactStore
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_of(FakeBackend(), tmp_path)


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    """Return the project's folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def workshop(tmp_path: Path, work_tree: Path) -> World:
    """Return a world with one base image, one commit, a work tree and a variable."""
    backend, repository, said = FakeBackend(), FakeRepository(), StringIO()
    config = ImageConfig("amd64", "linux", "", {"Cmd": ["sh"], "Labels": {"own": "1"}}, ())
    backend.add("base:1", FakeImageTree({"etc": FOLDER}), config)
    repository.add("c1", {"README": "1"})
    clock = iter(range(10**6)).__next__
    locks = FileLocks(tmp_path / "locks")
    adapters = BuildAdapters(
        repository,
        backend,
        LocalStageStorage(backend, tmp_path / "stages", "p", locks, clock),
        BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts")),
        PartsRecords(tmp_path / "stages"),
        Log(said, clock=clock),
    )
    surroundings = Surroundings(work_tree, environment={"TOKEN": "t0ken"})
    return World(replace(adapters, surroundings=surroundings), repository, backend, said)
