"""One home on this machine, and what the tests of the backend make with it."""

import gc
import io
import os
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from integration.kit.api import Endpoints
from tests.contracts.backend_layers import config_on, contents
from tests.contracts.backend_runs import request_for
from werfish.cli.registries import timing_of_host
from werfish.containers.backend import LocalImage
from werfish.containers.docker import DockerBackend, DockerSettings
from werfish.containers.docker_client import connect
from werfish.containers.fact_store import FactStore
from werfish.log import Log
from werfish.oci.layer import LayerEntry
from werfish.storage.blobs import BlobStore
from werfish.storage.leases import host_lease

if TYPE_CHECKING:
    from docker import APIClient

TEST_LABEL = "io.werfish.test"


@dataclass(frozen=True)
class Host:
    """One home on this machine, with a backend that works for it."""

    home: Path
    backend: DockerBackend
    blobs: BlobStore
    said: io.StringIO

    @property
    def home_id(self) -> str:
        """Name the home on its containers and images."""
        return (self.home / "id").read_text()


@contextmanager
def host_at(
    home: Path,
    kit: Endpoints,
    static_bash: Path | None = None,
    *,
    has_buildkit: bool = False,
    buildkit_host: str = "",
) -> Iterator[Host]:
    """Open *home* as one run of the program does; Dockerfiles are built classically, or not."""
    facts, said = FactStore(home / "facts"), io.StringIO()
    environment = {**os.environ, **kit.variables}
    hosts = {"WERF_BUILDKIT_HOST": buildkit_host, "BUILDKIT_HOST": ""}
    settings = DockerSettings(
        mirrors=(kit.mirror or "",),
        static_bash=static_bash,
        environment={**environment, **hosts} if has_buildkit else {},
    )
    with host_lease(home) as lease:
        backend = DockerBackend(
            lambda: connect(environment),
            facts,
            lease,
            Log(said, clock=time.monotonic),
            timing_of_host(),
            settings,
        )
        try:
            yield Host(home, backend, BlobStore(home / "blobs", facts), said)
        finally:
            backend.close()


@contextmanager
def leaky() -> Iterator[None]:
    """Where no daemon answers, docker-py leaves its socket to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def based_on(host: Host, reference: str, repository: str) -> LocalImage:
    """Return an image like *reference* with a label of the test and a tag."""
    found = host.backend.resolve_base(reference).image
    config = config_on(found.config, **{TEST_LABEL: repository}).with_layers((), "test")
    return host.backend.assemble(found, (), config, f"{repository}:{reference.partition(':')[0]}")


def leftovers(api: "APIClient", host: Host) -> list[str]:
    """Return containers and images that belong to a build of *host*."""
    ours = {"label": f"io.werfish.home={host.home_id}"}
    found = [*api.containers(all=True, filters=ours), *api.images(all=True, filters=ours)]
    return [one["Id"] for one in found]


def layer_on(host: Host, base: LocalImage, *entries: LayerEntry) -> LocalImage:
    """Return an image of *base* and a layer of *entries* on it."""
    layer = host.blobs.write(entries, contents)
    config = config_on(base.config).with_layers((layer.diff_id,), "test")
    return host.backend.assemble(base, (layer,), config, "")


def seen_by_the_image(api: "APIClient", host: Host, image: LocalImage, command: str) -> list[str]:
    """Run *command* in *image*, and return its output."""
    lines: list[str] = []
    request = replace(request_for(image, command), output=lines.append)
    host.backend.discard(host.backend.run(request))
    return lines
