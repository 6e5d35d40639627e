"""What the kit's bad network does to a client is what it says."""

from collections.abc import Iterator

import pytest

from integration.kit.fault_proxy import Fault, FaultProxy, once
from tests.contracts.registry import put_blob
from tests.fakes.registry import FakeRegistry, digest_of_bytes, running
from tests.registry.clients import Waits, client_of
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.errors import MismatchError

DATA = bytes(range(250)) * 10_000
DIGEST = digest_of_bytes(DATA)


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve a registry."""
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.fixture
def proxy(registry: FakeRegistry) -> Iterator[FaultProxy]:
    """Run a proxy before it."""
    with FaultProxy(registry.host) as proxy:
        yield proxy


@pytest.mark.parametrize("kind", ["cut", "half", "lost"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
def test_uploads_break_and_arrive(
    registry: FakeRegistry, proxy: FaultProxy, method: str, kind: str
) -> None:
    proxy.choose = once(method, "uploads", Fault(kind))  # type: ignore[arg-type]  # a table of words
    put_blob(client_of(), Repository(proxy.address, "team/app"), DATA)
    assert registry.repository("team/app").blobs[DIGEST] == DATA
    assert proxy.met == [kind]


@pytest.mark.parametrize("kind", ["cut", "short", "slow"])
def test_downloads_break_and_arrive(registry: FakeRegistry, proxy: FaultProxy, kind: str) -> None:
    registry.add_blob("team/app", DATA)
    proxy.choose = once("GET", "blobs", Fault(kind))  # type: ignore[arg-type]  # a table of words
    blob = Descriptor("", DIGEST, len(DATA))
    assert client_of().read_blob(Repository(proxy.address, "team/app"), blob) == DATA


def test_wrong_bytes_are_noticed(registry: FakeRegistry, proxy: FaultProxy) -> None:
    registry.add_blob("team/app", DATA)
    proxy.choose = once("GET", "blobs", Fault("wrong"))
    with pytest.raises(MismatchError):
        client_of().read_blob(
            Repository(proxy.address, "team/app"), Descriptor("", DIGEST, len(DATA))
        )


def test_busy_registry_says_when_to_come_back(proxy: FaultProxy) -> None:
    waits = Waits()
    proxy.choose = once("HEAD", "blobs", Fault("refuse", 429, {"Retry-After": "3"}))
    client_of(waits=waits).has_blob(Repository(proxy.address, "team/app"), DIGEST)
    assert waits.seconds == [3.0]
