"""The laws of backends on a real Docker daemon."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.kit.api import Endpoints
from tests.contracts.backend import BackendContract
from tests.contracts.backend_dockerfiles import DockerfileContract

if TYPE_CHECKING:
    from docker import APIClient

from integration.docker_backend.host import Host, host_at, leftovers


class NothingIsLeft:
    """What holds after each law."""

    @pytest.fixture(autouse=True)
    def nothing_is_left(self, api: "APIClient", host: Host) -> Iterator[None]:
        yield
        host.backend.close()
        assert leftovers(api, host) == []


class TestDockerBackend(NothingIsLeft, BackendContract):
    """The laws, on the real thing."""


class TestDockerfilesByBuildKit(NothingIsLeft, DockerfileContract):
    """The laws of Dockerfiles once more, where Docker's BuildKit builds them."""

    @pytest.fixture
    def host(self, kit: Endpoints, tmp_path: Path) -> Iterator[Host]:
        with host_at(tmp_path / "home", kit, has_buildkit=True) as host:
            yield host


class TestDockerfilesByBuildctl(NothingIsLeft, DockerfileContract):
    """The laws of Dockerfiles once more, where a buildkitd of its own builds them."""

    @pytest.fixture
    def host(self, kit: Endpoints, buildkit: str, tmp_path: Path) -> Iterator[Host]:
        home = tmp_path / "home"
        with host_at(home, kit, has_buildkit=True, buildkit_host=buildkit) as host:
            yield host
