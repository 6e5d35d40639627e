"""The fake obeys the laws of backends, so that what is tested with it means something."""

from pathlib import Path

import pytest

from tests.contracts.backend import BackendContract
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FILE, FOLDER, FakeImageTree, link
from werfish.containers.backend import LocalImage
from werfish.containers.fact_store import FactStore
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore

CONFIG = ImageConfig("amd64", "linux", "2020-01-01T00:00:00Z", {"Env": ["A=1"]}, ("sha256:base",))


def base_tree() -> FakeImageTree:
    facts = {"etc": FOLDER, "usr": FOLDER, "usr/bin": FOLDER, "etc/passwd": FILE}
    return FakeImageTree(
        {**facts, "bin": link("usr/bin")}, contents={"etc/passwd": b"root:x:0:0:root:/root:/bin/sh"}
    )


class TestFakeBackend(BackendContract):
    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend()

    @pytest.fixture
    def base(self, backend: FakeBackend) -> LocalImage:
        return backend.add("base:1", base_tree(), CONFIG)

    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts"))

    @pytest.fixture
    def repository(self) -> str:
        return "werfish-stages/test"
