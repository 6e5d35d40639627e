"""The client keeps its contract with the fake, whichever way it is logged in to."""

from collections.abc import Iterator

import pytest

from tests.contracts.registry import RegistryContract
from tests.fakes.registry import AuthMode, FakeRegistry, running
from tests.registry.clients import client_of, password
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient


class TestFakeRegistry(RegistryContract):
    """Every law, with each way to log in."""

    @pytest.fixture(params=["none", "basic", "token"])
    def registry(self, request: pytest.FixtureRequest) -> Iterator[FakeRegistry]:
        mode: AuthMode = request.param
        with running(FakeRegistry(auth=mode)) as registry:
            yield registry

    @pytest.fixture
    def client(self, registry: FakeRegistry) -> Iterator[RegistryClient]:
        client = client_of(password(registry.user, registry.password))
        yield client
        client.close()

    @pytest.fixture
    def repository(self, registry: FakeRegistry) -> Repository:
        return Repository(registry.host, "team/app")

    @pytest.fixture
    def neighbour(self, registry: FakeRegistry) -> Repository:
        return Repository(registry.host, "team/other")
