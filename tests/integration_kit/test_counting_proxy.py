"""The benchmark's proxy changes nothing of what passes, and counts it."""

from collections.abc import Iterator

import pytest

from integration.bench.proxy import CountingProxy, Passed
from tests.contracts.registry import RegistryContract, put_blob
from tests.fakes.registry import FakeRegistry, running
from tests.registry.clients import client_of
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient


@pytest.fixture
def proxy() -> Iterator[CountingProxy]:
    with running(FakeRegistry()) as registry, CountingProxy(registry.host) as proxy:
        yield proxy


@pytest.fixture
def repository(proxy: CountingProxy) -> Repository:
    return Repository(proxy.address, "team/app")


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    client = client_of()
    yield client
    client.close()


class TestThroughTheProxy(RegistryContract):
    """Every law of registries."""

    @pytest.fixture
    def neighbour(self, proxy: CountingProxy) -> Repository:
        return Repository(proxy.address, "team/other")


def test_requests_and_bytes_are_counted(
    proxy: CountingProxy, repository: Repository, client: RegistryClient
) -> None:
    put_blob(client, repository, b"layer")
    assert [one.method for one in proxy.passed] == ["GET", "HEAD", "POST", "PUT"]
    assert [one.size for one in proxy.passed] == [0, 0, 0, 5]
    proxy.begin()
    client.list_tags(repository)
    assert proxy.passed == [Passed("GET", "/v2/team/app/tags/list?n=1000", 0)]
