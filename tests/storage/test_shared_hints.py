"""What machines tell each other of stages: merged, limited, and never a reason to fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.digest import Digest
from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.registry.clients import client_of
from werfish.containers.fact_store import FactStore
from werfish.oci.config import ImageConfig
from werfish.oci.layered_facts import RunLayer
from werfish.oci.manifest import Descriptor, Index, Manifest
from werfish.oci.media_types import OCI_CONFIG, OCI_INDEX, OCI_MANIFEST
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
def shared(registry: FakeRegistry, client: RegistryClient, tmp_path: Path) -> SharedHints:
    return machine(registry, client, tmp_path / "one")


def machine(registry: FakeRegistry, client: RegistryClient, folder: Path) -> SharedHints:
    return SharedHints(client, Repository(registry.host, "shop/stages"), "shop", FactStore(folder))


def hint_of(*diff_ids: str) -> tuple[str, bytes]:
    """Return the hint of a stage with these layers."""
    data = ImageConfig("amd64", "linux", "", {}, diff_ids).encode()
    config = Descriptor(OCI_CONFIG, digest_of_bytes(data), len(data), data=data)
    return OCI_MANIFEST, Manifest(config, ()).encode()


def test_nothing_is_shared_at_first(shared: SharedHints) -> None:
    assert shared.learn() == {}


def test_what_others_shared_stays(shared: SharedHints) -> None:
    shared.write({ONE: HINT})
    shared.write({TWO: OTHER})
    assert shared.learn() == {ONE: HINT, TWO: OTHER}
    shared.write({ONE: OTHER})
    assert shared.learn() == {ONE: OTHER, TWO: OTHER}


def test_what_is_shared_already_is_not_written(registry: FakeRegistry, shared: SharedHints) -> None:
    shared.write({ONE: HINT, TWO: OTHER})
    registry.seen.clear()
    shared.write({TWO: OTHER})
    assert registry.requests("PUT") == []


def test_ones_own_come_first_where_there_is_no_room(shared: SharedHints) -> None:
    large = ("application/json", b" " * (300 << 10))
    shared.write({ONE: large})
    shared.write({TWO: large})
    assert shared.learn() == {TWO: large}


def test_projects_are_apart(shared: SharedHints) -> None:
    shared.write({ONE: HINT})
    assert SharedHints(shared.registry, shared.repository, "other", shared.facts).learn() == {}


def test_what_instructions_changed_is_told_too(
    registry: FakeRegistry, client: RegistryClient, shared: SharedHints, tmp_path: Path
) -> None:
    changes = RunLayer(frozenset({"usr/bin/tool"}), frozenset({"tmp/old"}))
    many = RunLayer(frozenset(f"file-{number:05}" for number in range(1000)), frozenset())
    shared.facts.keep_layer("sha256:a", changes)
    shared.facts.keep_layer("sha256:b", many)
    shared.write({ONE: hint_of("sha256:a", "sha256:b", "sha256:c")})
    other = machine(registry, client, tmp_path / "two")
    assert set(other.learn()) == {ONE}
    assert other.facts.layer("sha256:a") == changes
    assert other.facts.layer("sha256:b") is None, "that is too much"
    other.write({TWO: OTHER})
    third = machine(registry, client, tmp_path / "three")
    third.learn()
    assert third.facts.layer("sha256:a") == changes


@pytest.mark.parametrize("text", ["", "no base64", "bm8gZ3ppcA=="])
def test_what_cannot_be_read_is_nothing(
    registry: FakeRegistry, client: RegistryClient, shared: SharedHints, text: str
) -> None:
    shared.write({ONE: HINT})
    [tag] = registry.repository("shop/stages").tags
    index = Index((), (("io.werfish.known", text),))
    client.put_manifest(shared.repository.tagged(tag), OCI_INDEX, index.encode())
    assert shared.learn() == {}


def test_a_registry_that_refuses_is_no_reason_to_fail(
    registry: FakeRegistry, shared: SharedHints
) -> None:
    registry.faults += [Fault("GET", "known-", 401), Fault("PUT", "known-", 405)]
    shared.write({ONE: HINT})
    assert shared.learn() == {}
