"""A blob counts as there with all of its bytes only; a damaged one cannot be put again."""

from collections.abc import Iterator

import pytest

from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.registry.clients import client_of
from werfish.oci.reference import Repository
from werfish.registry.errors import (
    DamagedBlobError,
    DamagedManifestError,
    RefusedError,
    UnreachableError,
)

DATA = b"a layer"
DIGEST = digest_of_bytes(DATA)
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve a registry that has the blob."""
    with running(FakeRegistry()) as registry:
        registry.add_blob("app", DATA)
        yield registry


def test_a_wrong_length_is_looked_at_twice(registry: FakeRegistry) -> None:
    """Some registries tell none, or 0, when asked for the length alone."""
    registry.tells_length = False
    assert client_of().has_blob(Repository(registry.host, "app"), DIGEST, len(DATA))


@pytest.mark.parametrize("tells_length", [True, False])
def test_what_was_cut_short_is_not_there(registry: FakeRegistry, tells_length: bool) -> None:
    registry.tells_length = tells_length
    registry.cut_blob("app", DIGEST)
    assert not client_of().has_blob(Repository(registry.host, "app"), DIGEST, len(DATA))


def test_who_hides_the_end_of_a_blob_has_it(registry: FakeRegistry) -> None:
    registry.tells_length = False
    registry.faults = [Fault("GET", "/blobs/", 403, times=9)]
    assert client_of().has_blob(Repository(registry.host, "app"), DIGEST, len(DATA))


def test_damage_is_not_forgotten_where_the_registry_fails(registry: FakeRegistry) -> None:
    client, repository = client_of(), Repository(registry.host, "app")
    registry.cut_blob("app", DIGEST)
    assert not client.has_blob(repository, DIGEST, len(DATA))
    registry.faults = [Fault("GET", "/blobs/", 503, times=99)]
    with pytest.raises(RefusedError, match="look at the end of blob"):
        client.has_blob(repository, DIGEST, len(DATA))
    registry.faults = [Fault("GET", "/blobs/", 403, times=99)]
    assert not client.has_blob(repository, DIGEST, len(DATA))
    assert client.damaged_in(registry.host) == {DIGEST}


def test_without_a_size_any_length_will_do(registry: FakeRegistry) -> None:
    registry.cut_blob("app", DIGEST)
    assert client_of().has_blob(Repository(registry.host, "app"), DIGEST)


def test_what_the_registry_keeps_damaged_is_an_error(registry: FakeRegistry) -> None:
    registry.cut_blob("app", DIGEST)
    with pytest.raises(DamagedBlobError, match="not all of its 7 bytes, and keeps what it has"):
        client_of().upload_blob(Repository(registry.host, "app"), DIGEST, 7, lambda: [DATA])


def test_a_manifest_that_cannot_be_read_is_told_from_a_registry_that_fails(
    registry: FakeRegistry,
) -> None:
    client, reference = client_of(), Repository(registry.host, "app").tagged("one")
    client.put_manifest(reference, INDEX, b'{"manifests":[]}')
    client.put_manifest(reference.repository.tagged("two"), INDEX, b'{"manifests": []}')
    registry.empty_manifest("app", "one")
    for look in (client.find_manifest, client.get_manifest):
        with pytest.raises(DamagedManifestError, match=r'read the manifest of ".*/app:one"'):
            look(reference)
    registry.faults = [Fault(method, "/v2/app", 500, times=99) for method in ("GET", "HEAD")]
    with pytest.raises(RefusedError) as caught:
        client.head_manifest(reference)
    assert not isinstance(caught.value, DamagedManifestError)


def test_a_registry_that_gives_no_manifest_at_all_has_no_damage(registry: FakeRegistry) -> None:
    """As where tags are known, and the place of all manifests is out of order."""
    client, repository = client_of(), Repository(registry.host, "app")
    for tag in ("one", "two", "three"):
        client.put_manifest(repository.tagged(tag), INDEX, b'{"manifests":[]}')
    registry.empty_manifest("app", "one")  # it is the manifest of all three
    with pytest.raises(RefusedError) as caught:
        client.find_manifest(repository.tagged("one"))
    assert not isinstance(caught.value, DamagedManifestError)


def test_a_registry_that_is_gone_by_then_has_no_damage(registry: FakeRegistry) -> None:
    client, reference = client_of(), Repository(registry.host, "app").tagged("one")
    registry.faults = [
        Fault("GET", "/manifests/one", 500, times=99),
        Fault("GET", "/tags/list", kind="cut", times=99),
    ]
    with pytest.raises(RefusedError) as caught:
        client.find_manifest(reference)
    assert not isinstance(caught.value, DamagedManifestError | UnreachableError)
