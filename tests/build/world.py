"""What tests of building share: a backend, a repository and storage that outlive builds."""

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from stages import GitMapping, ImageSpec, Instructions, RuntimeSettings, StageDependencies
from tests.fakes.backend import FakeBackend
from tests.fakes.image_tree import FOLDER, FakeImageTree
from tests.fakes.repository import FakeRepository
from werfish.build.adapters import BuildAdapters
from werfish.build.chains import BuiltChain
from werfish.build.schedule import build_images
from werfish.build.support import Image
from werfish.containers.fact_store import FactStore
from werfish.locks.local import FileLocks
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.blobs import BlobStore
from werfish.storage.local import LocalStageStorage
from werfish.storage.records import PartsRecords

APP = ImageSpec(
    name="app",
    base="base:1",
    mappings=(GitMapping(to="/app", stage_dependencies=StageDependencies(install=("deps",))),),
    before_install=Instructions(("mkdir /made",)),
    install=Instructions(("cd /app", "cat deps > /installed")),
    runtime=RuntimeSettings(cmd=("run",), env=(("A", "1"),)),
)


@dataclass
class World:
    """A backend, a repository and storage that outlive single builds."""

    adapters: BuildAdapters
    repository: FakeRepository
    backend: FakeBackend
    said: StringIO

    def build(self, *images: Image, may_build: bool = True) -> tuple[BuiltChain, ...]:
        return build_images("p", images or (APP,), self.adapters, workers=2, may_build=may_build)

    def rebuilt(self, *images: Image) -> list[str]:
        return [str(one.stage.name) for chain in self.build(*images) for one in chain.rebuilt]

    def files(self, chain: BuiltChain) -> dict[str, bytes]:
        image = self.adapters.storage.image(chain.last)
        with self.backend.tree(image) as tree:
            paths = [*tree.names_below("app"), "installed"]
            contents = {path: tree.read(path) for path in paths}
        return {path: content for path, content in contents.items() if content is not None}


def world_of(backend: FakeBackend, tmp_path: Path) -> World:
    """Return a world whose images are in *backend*."""
    repository, said = FakeRepository(), StringIO()
    config = ImageConfig("amd64", "linux", "", {"Cmd": ["sh"], "Labels": {"own": "1"}}, ())
    backend.add("base:1", FakeImageTree({"etc": FOLDER}), config)
    repository.add("c1", {"deps": "1", "text": "one", "old/file": "x"})
    clock: Callable[[], float] = iter(range(10**6)).__next__
    storage = LocalStageStorage(
        backend, tmp_path / "stages", "p", FileLocks(tmp_path / "locks"), clock
    )
    adapters = BuildAdapters(
        repository,
        backend,
        storage,
        BlobStore(tmp_path / "blobs", FactStore(tmp_path / "facts")),
        PartsRecords(tmp_path / "stages"),
        Log(said, clock=clock),
    )
    return World(adapters, repository, backend, said)
