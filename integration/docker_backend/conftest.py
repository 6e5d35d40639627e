"""A home, and images to begin with, for the tests of this folder."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.kit.api import Endpoints
from werfish.containers.backend import LocalImage
from werfish.containers.docker import DockerBackend
from werfish.containers.docker_client import connect
from werfish.storage.blobs import BlobStore

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import TEST_LABEL, Host, based_on, host_at


@pytest.fixture
def api(kit: Endpoints) -> Iterator["APIClient"]:
    """Reach the daemon beside the backend, as a judge."""
    client = connect({**os.environ, **kit.variables})
    yield client
    client.close()


@pytest.fixture
def host(kit: Endpoints, tmp_path: Path) -> Iterator[Host]:
    """Open a home of the test."""
    with host_at(tmp_path / "home", kit) as host:
        yield host


@pytest.fixture
def backend(host: Host) -> DockerBackend:
    """Return the backend, as the contracts ask for it."""
    return host.backend


@pytest.fixture
def blobs(host: Host) -> BlobStore:
    """Return where layers are written, as the contracts ask for it."""
    return host.blobs


@pytest.fixture
def repository(api: "APIClient", host: Host) -> Iterator[str]:
    """Name a repository for tags; whatever is based on `base` is removed afterwards."""
    name = f"werfish-test/{uuid.uuid4().hex}"
    yield name
    host.backend.close()
    for image in api.images(all=True, filters={"label": f"{TEST_LABEL}={name}"}):
        api.remove_image(image["Id"], force=True, noprune=True)


@pytest.fixture
def base(host: Host, repository: str) -> LocalImage:
    """Return an image with bash, marked as the test's."""
    return based_on(host, "debian:bookworm-slim", repository)


@pytest.fixture
def busybox(host: Host, repository: str) -> LocalImage:
    """Return an image without bash, marked as the test's."""
    return based_on(host, "busybox:1.35", repository)
