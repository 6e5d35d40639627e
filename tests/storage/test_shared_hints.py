"""What machines tell each other of stages: merged, limited, and never a reason to fail."""

from collections.abc import Iterator

import pytest

from stages.digest import Digest
from tests.fakes.registry import FakeRegistry, Fault, running
from tests.registry.clients import client_of
from werfish.oci.manifest import Index
from werfish.oci.media_types import OCI_INDEX
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.storage.repo.shared_hints import SharedHints

ONE, TWO = Digest("1" * 64), Digest("2" * 64)
HINT, OTHER = ("application/json", b'{"a": 1}'), ("application/json", b'{"b": 2}')


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.fixture
def client() -> Iterator[RegistryClient]:
    client = client_of()
    yield client
    client.close()


@pytest.fixture
def shared(registry: FakeRegistry, client: RegistryClient) -> SharedHints:
    return SharedHints(client, Repository(registry.host, "shop/stages"), "shop")


def test_nothing_is_shared_at_first(shared: SharedHints) -> None:
    assert shared.read() == {}


def test_what_others_shared_stays(shared: SharedHints) -> None:
    shared.write({ONE: HINT})
    shared.write({TWO: OTHER})
    assert shared.read() == {ONE: HINT, TWO: OTHER}
    shared.write({ONE: OTHER})
    assert shared.read() == {ONE: OTHER, TWO: OTHER}


def test_what_is_shared_already_is_not_written(registry: FakeRegistry, shared: SharedHints) -> None:
    shared.write({ONE: HINT, TWO: OTHER})
    registry.seen.clear()
    shared.write({TWO: OTHER})
    assert registry.requests("PUT") == []


def test_ones_own_come_first_where_there_is_no_room(shared: SharedHints) -> None:
    large = ("application/json", b" " * (300 << 10))
    shared.write({ONE: large})
    shared.write({TWO: large})
    assert shared.read() == {TWO: large}


def test_projects_are_apart(shared: SharedHints) -> None:
    shared.write({ONE: HINT})
    assert SharedHints(shared.registry, shared.repository, "other").read() == {}


@pytest.mark.parametrize("text", ["", "no base64", "bm8gZ3ppcA=="])
def test_what_cannot_be_read_is_nothing(
    registry: FakeRegistry, client: RegistryClient, shared: SharedHints, text: str
) -> None:
    shared.write({ONE: HINT})
    [tag] = registry.repository("shop/stages").tags
    index = Index((), (("io.werfish.known", text),))
    client.put_manifest(shared.repository.tagged(tag), OCI_INDEX, index.encode())
    assert shared.read() == {}


def test_a_registry_that_refuses_is_no_reason_to_fail(
    registry: FakeRegistry, shared: SharedHints
) -> None:
    registry.faults += [Fault("GET", "known-", 401), Fault("PUT", "known-", 405)]
    shared.write({ONE: HINT})
    assert shared.read() == {}
