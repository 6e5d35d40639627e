"""Stages are kept by the same laws, on a backend and in a registry."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.contracts.stage_storage import Opened, StageStorageContract
from tests.fakes.backend import FakeBackend
from tests.fakes.base_image import put_base_image
from tests.fakes.image_tree import FakeImageTree
from tests.fakes.registry import FakeRegistry, running
from tests.storage.repo_machine import RepoMachine, tick
from werfish.containers.backend import LocalImage
from werfish.locks.local import FileLocks
from werfish.oci.config import ImageConfig
from werfish.oci.reference import Repository, parse_reference
from werfish.storage.local import LocalStageStorage
from werfish.storage.stored_stage import StoredStage


class TestLocal(StageStorageContract):
    """On a backend in memory."""

    @pytest.fixture
    def backend(self) -> FakeBackend:
        return FakeBackend()

    @pytest.fixture
    def opened(self, backend: FakeBackend, tmp_path: Path) -> Callable[[], Opened]:
        locks = FileLocks(tmp_path / "locks")

        def image(mark: str, labels: Mapping[str, str] | None = None) -> LocalImage:
            runtime = {"Labels": {"mark": mark, **(labels or {})}}
            config = ImageConfig("amd64", "linux", "", runtime, ())
            return backend.add("", FakeImageTree(), config)

        return lambda: Opened(LocalStageStorage(backend, tmp_path, "shop", locks, tick), image)

    @pytest.fixture
    def broken(self, backend: FakeBackend) -> Callable[[StoredStage], None]:
        return lambda stage: backend.untag(stage.reference)


class TestRegistry(StageStorageContract):
    """In a registry; each opening is another machine."""

    @pytest.fixture
    def registry(self) -> Iterator[FakeRegistry]:
        with running(FakeRegistry()) as registry:
            put_base_image(registry, "library/base", "1")
            yield registry

    @pytest.fixture
    def opened(self, registry: FakeRegistry, tmp_path: Path) -> Callable[[], Opened]:
        def open_it() -> Opened:
            repository = Repository(registry.host, "shop/stages")
            machine = RepoMachine(tmp_path / str(tick()), repository)
            base = f"{registry.host}/library/base:1"
            return Opened(
                machine.storage, lambda mark, _=None: machine.image_on(base, f"file-{mark}")
            )

        return open_it

    @pytest.fixture(params=["manifest", "layer", "cut layer", "empty manifest"])
    def broken(
        self, request: pytest.FixtureRequest, registry: FakeRegistry
    ) -> Callable[[StoredStage], None]:
        def break_it(stage: StoredStage) -> None:
            reference = parse_reference(stage.reference)
            stored = registry.repository(reference.repository.path)
            match request.param:
                case "manifest":
                    del stored.manifests[stored.tags.pop(reference.tag)]
                case "layer":
                    stored.blobs.clear()
                case "cut layer":
                    for digest in stored.blobs:
                        registry.cut_blob(reference.repository.path, digest)
                case _:
                    put_base_image(registry, reference.repository.path, "another")
                    for tag in stored.tags:
                        if tag.startswith(stage.digest.value):
                            registry.empty_manifest(reference.repository.path, tag)

        return break_it


class TestOldRegistry(TestRegistry):
    """In a registry that knows neither manifests nor indexes of OCI."""

    @pytest.fixture
    def registry(self) -> Iterator[FakeRegistry]:
        with running(FakeRegistry()) as registry:
            put_base_image(registry, "library/base", "1")
            registry.refusal = 400, "MANIFEST_INVALID"
            yield registry
