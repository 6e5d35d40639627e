"""What a real registry holds damaged, after a loss of power or room, is noticed and got over."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from integration.conftest import Program
from integration.project import GitProject
from integration.registries import free_port, running_registry
from tests.registry.clients import client_of
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.reference import Repository
from werfish.registry.manifests import StoredManifest

CONFIG = """project: damage
configVersion: 1
---
image: app
from: busybox:1.35
git:
- {add: /src, to: /app}
docker: {CMD: [cat, /app/text]}
"""


@dataclass
class World:
    """A project, and a registry in *folder* that may be started again and again."""

    program: Program
    folder: Path
    port: int

    @property
    def repository(self) -> Repository:
        return Repository(f"127.0.0.1:{self.port}", "damage")

    def publish(self, home: str) -> str:
        """Build and publish with the home *home*, and return what was said."""
        variables = {**self.program.variables, "WERF_HOME": str(self.folder / home)}
        program = replace(self.program, variables=variables)
        line = ("build-and-publish", "--repo", str(self.repository), "--tag-custom", "now")
        with running_registry(self.folder, self.port):
            said = program(*line).stderr
            self.verify()
        return said

    def verify(self) -> None:
        """Read every byte of the published image; a digest that does not fit is an error."""
        client = client_of()
        for blob in self.blobs():
            assert sum(map(len, client.get_blob(self.repository, blob))) == blob.size
        client.close()

    def published(self) -> StoredManifest:
        client = client_of()
        stored = client.get_manifest(self.repository.tagged("app-now"))
        client.close()
        return stored

    def blobs(self) -> list[Descriptor]:
        manifest = self.published().decode()
        assert isinstance(manifest, Manifest)
        return [manifest.config, *manifest.layers]

    def damage(self, of: Callable[["World"], str], size: int) -> None:
        """Cut what *of* names to *size* bytes, behind the registry's back."""
        with running_registry(self.folder, self.port):
            digest = of(self).removeprefix("sha256:")
        data = self.folder / f"data/docker/registry/v2/blobs/sha256/{digest[:2]}/{digest}/data"
        assert data.stat().st_size > size
        os.truncate(data, size)


@pytest.fixture
def world(program: Program, tmp_path: Path) -> World:
    project = GitProject(program.folder)
    project.commit({"werf.yaml": CONFIG, "src/text": "one\n" * 1000})
    folder = tmp_path / "registry"
    folder.mkdir()
    return World(program, folder, free_port())


def top_layer(world: World) -> str:
    return world.blobs()[-1].digest


def manifest(world: World) -> str:
    return world.published().digest


@pytest.mark.parametrize("size", [0, 10])
@pytest.mark.parametrize("what", [top_layer, manifest], ids=["layer", "manifest"])
def test_damage_is_got_over(world: World, what: Callable[[World], str], size: int) -> None:
    """A warm home and a new one, and the same commit is up to date for both afterwards."""
    world.publish("warm")
    world.damage(what, size)
    assert "warning: " in world.publish("warm")
    for home in ("new", "warm", "new"):
        assert "app-now is up to date" in world.publish(home)
