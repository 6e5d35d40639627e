"""Registries are busy, restart and break off: the client comes back, or says what happened."""

import hashlib
import io
import socket
from collections.abc import Iterator

import pytest

from tests.contracts.registry import put_blob, put_image
from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.registry.clients import Waits, client_of
from werfish.oci.manifest import Descriptor
from werfish.oci.media_types import OCI_MANIFEST
from werfish.oci.reference import Repository
from werfish.registry.errors import (
    DeletionDisabledError,
    MismatchError,
    RefusedError,
    UnreachableError,
)
from werfish.registry.hosts import RegistrySettings


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve an empty registry that asks for no password."""
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.fixture
def repository(registry: FakeRegistry) -> Repository:
    """Name a repository of it."""
    return Repository(registry.host, "team/app")


@pytest.mark.parametrize(
    ("method", "part", "fault"),
    [
        pytest.param("PUT", "blobs/uploads", {"status": 500}, id="error-after-an-upload"),
        pytest.param("POST", "blobs/uploads", {"status": 503}, id="busy-before-an-upload"),
        pytest.param("PUT", "blobs/uploads", {"kind": "cut"}, id="connection-broken-in-an-upload"),
        pytest.param("HEAD", "blobs/", {"status": 502}, id="bad-gateway-at-a-look-up"),
        pytest.param("HEAD", "blobs/", {"kind": "cut"}, id="connection-broken-at-a-look-up"),
    ],
)
def test_upload_survives(
    registry: FakeRegistry, repository: Repository, method: str, part: str, fault: dict[str, str]
) -> None:
    registry.faults.append(Fault(method, part, times=2, **fault))  # type: ignore[arg-type]  # a table of them
    client = client_of()
    client.has_blob(repository, digest_of_bytes(b""))  # the host has answered before
    blob = put_blob(client, repository, b"layer" * 100_000)
    assert client.has_blob(repository, blob.digest)


def test_retry_after_is_waited_for(registry: FakeRegistry, repository: Repository) -> None:
    registry.faults.append(Fault("HEAD", "blobs/", status=429, headers={"Retry-After": "7"}))
    waits = Waits()
    client_of(waits=waits).has_blob(repository, digest_of_bytes(b""))
    assert waits.seconds == [7.0]


def test_registry_that_asks_for_an_hour_is_not_waited_for(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.faults.append(Fault("HEAD", "blobs/", status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(RefusedError, match="429") as caught:
        client_of().has_blob(repository, digest_of_bytes(b""))
    assert "docker login" in caught.value.hint


def test_lasting_error_ends_after_some_tries(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.faults.append(Fault("HEAD", "blobs/", status=500, times=100))
    waits = Waits()
    with pytest.raises(RefusedError, match="500"):
        client_of(waits=waits).has_blob(repository, digest_of_bytes(b""))
    assert waits.seconds == [0.2, 0.4, 0.8, 1.6]


def test_reading_a_configuration_ends_after_as_many_tries(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.faults.append(Fault("GET", "blobs/", status=503, times=100))
    waits = Waits()
    with pytest.raises(RefusedError, match="503"):
        client_of(waits=waits).read_blob(repository, Descriptor("", digest_of_bytes(b""), 0))
    assert len(waits.seconds) == 4


def test_reason_of_another_try_is_reported(registry: FakeRegistry, repository: Repository) -> None:
    registry.faults.append(Fault("HEAD", "blobs/", status=503))
    output = io.StringIO()
    client_of(output=output).has_blob(repository, digest_of_bytes(b""))
    assert "503" in output.getvalue()


def test_broken_download_is_taken_up_where_it_broke(
    registry: FakeRegistry, repository: Repository
) -> None:
    data = bytes(range(256)) * 20_000
    digest = registry.add_blob("team/app", data)
    registry.faults.append(Fault("GET", "blobs/", kind="cut"))
    blob = Descriptor("", digest, len(data))
    assert b"".join(client_of().get_blob(repository, blob)) == data


def test_a_connection_that_breaks_after_the_last_byte_has_brought_all(
    registry: FakeRegistry, repository: Repository
) -> None:
    """There is nothing left to ask for: a registry would refuse that range."""
    data = b"layer" * 1000
    blob = Descriptor("", registry.add_blob("team/app", data), len(data))
    registry.faults.append(Fault("GET", "blobs/", kind="open"))
    assert b"".join(client_of().get_blob(repository, blob)) == data


def test_wrong_bytes_are_never_taken_for_the_blob(
    registry: FakeRegistry, repository: Repository
) -> None:
    blob = Descriptor("", registry.add_blob("team/app", b"layer"), 5)
    registry.faults.append(Fault("GET", "blobs/", kind="wrong"))
    with pytest.raises(MismatchError):
        b"".join(client_of().get_blob(repository, blob))


def test_wrong_manifest_is_noticed(registry: FakeRegistry, repository: Repository) -> None:
    client = client_of()
    put_image(client, repository, "one", b"layer")
    registry.faults.append(Fault("GET", "manifests/", kind="wrong"))
    with pytest.raises(MismatchError):
        client.get_manifest(repository.tagged("one"))


def test_the_other_algorithm_of_digests_is_verified_too(
    registry: FakeRegistry, repository: Repository
) -> None:
    data, stored = b"{}", registry.repository("team/app")
    digest = f"sha512:{hashlib.sha512(data).hexdigest()}"
    stored.blobs[digest] = data
    stored.manifests[digest] = (OCI_MANIFEST, data)
    client = client_of()
    assert b"".join(client.get_blob(repository, Descriptor("", digest, 2))) == data
    assert client.get_manifest(repository.pinned(digest)).digest == digest
    stored.manifests[digest] = (OCI_MANIFEST, b"[]")
    with pytest.raises(MismatchError):
        client.get_manifest(repository.pinned(digest))


def test_switched_off_deletion_says_so(registry: FakeRegistry, repository: Repository) -> None:
    client = client_of()
    digest = put_image(client, repository, "one", b"layer")
    registry.has_deletion = False
    with pytest.raises(DeletionDisabledError) as caught:
        client.delete_manifest(repository, digest)
    assert caught.value.hint == "allow deletion in the registry's configuration"


def test_registry_without_mounts_says_no(registry: FakeRegistry, repository: Repository) -> None:
    registry.has_mounts = False
    digest = registry.add_blob("team/other", b"layer")
    neighbour = Repository(registry.host, "team/other")
    assert not client_of().mount_blob(repository, digest, neighbour)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_registry_that_knows_no_mounts_gets_the_blob(
    registry: FakeRegistry, repository: Repository, status: int
) -> None:
    digest = registry.add_blob("team/other", b"layer")
    registry.faults.append(Fault("POST", "mount=", status=status))
    blob, neighbour = Descriptor("", digest, 5), Repository(registry.host, "team/other")
    assert client_of().copy_blob(repository, blob, neighbour)


def test_refused_mount_leaves_no_upload_behind(
    registry: FakeRegistry, repository: Repository
) -> None:
    client, digest = client_of(), digest_of_bytes(b"nowhere")
    for other in ("team/other", "team/third"):
        client.mount_blob(repository, digest, Repository(registry.host, other))
    client.expect_no_upload(repository, [digest])
    assert registry.uploads == {}


@pytest.mark.parametrize("part", [0, 2])
def test_blob_goes_where_the_registry_opened_an_upload_for_it(
    registry: FakeRegistry, repository: Repository, part: int
) -> None:
    """Distribution answers a mount that it cannot make with an upload: it is not begun twice."""
    registry.has_mounts = False
    digest = registry.add_blob("team/other", b"layer")
    client = client_of(settings=RegistrySettings(part=part))
    blob, neighbour = Descriptor("", digest, 5), Repository(registry.host, "team/other")
    assert client.copy_blob(repository, blob, neighbour)
    assert registry.repository("team/app").blobs[digest] == b"layer"
    assert (len(registry.requests("POST")), registry.uploads) == (1, {})


@pytest.mark.parametrize("part", [0, 2])
def test_upload_that_is_forgotten_is_begun_anew(
    registry: FakeRegistry, repository: Repository, part: int
) -> None:
    client = client_of(settings=RegistrySettings(part=part))
    digest = digest_of_bytes(b"layer")
    client.mount_blob(repository, digest, Repository(registry.host, "team/other"))
    registry.uploads.clear()
    assert client.upload_blob(repository, digest, 5, lambda: [b"layer"], look_first=False)
    assert registry.repository("team/app").blobs[digest] == b"layer"
    parts = len(registry.requests("PATCH"))
    assert parts == (0 if not part else 1 + -(-5 // part)), "it is not sent whole for that"


def test_upload_that_nobody_needs_is_given_up(
    registry: FakeRegistry, repository: Repository
) -> None:
    client, digest = client_of(), registry.add_blob("team/app", b"layer")
    client.mount_blob(repository, digest, Repository(registry.host, "team/other"))
    assert not client.upload_blob(repository, digest, 5, lambda: [b"layer"])
    assert registry.uploads == {}


def test_nobody_there_is_said_at_once() -> None:
    waits = Waits()
    with running(FakeRegistry()) as registry:
        host = registry.host
    with pytest.raises(UnreachableError, match="refuses connections"):
        client_of(waits=waits).has_blob(Repository(host, "app"), digest_of_bytes(b""))
    assert waits.seconds == []


def test_registry_that_went_away_is_tried_again(
    registry: FakeRegistry, repository: Repository
) -> None:
    """A restart takes a moment: a host that answered before is given some time."""
    registry.faults.append(Fault("HEAD", "blobs/", kind="cut", times=3))
    waits = Waits()
    client_of(waits=waits).has_blob(repository, digest_of_bytes(b""))
    assert len(waits.seconds) == 3


def test_tags_over_many_pages(registry: FakeRegistry, repository: Repository) -> None:
    registry.repository("team/app").tags = {f"t{number:04}": "" for number in range(2500)}
    assert len(client_of().list_tags(repository)) == 2500
    assert len(registry.requests("GET", "tags/list")) == 3


@pytest.mark.parametrize("is_strict", [False, True])
def test_number_of_tags_is_a_wish(
    registry: FakeRegistry, repository: Repository, is_strict: bool
) -> None:
    """A registry gives fewer than it was asked for, or an error for who asks for more."""
    registry.page, registry.strict_pages = 100, is_strict
    registry.repository("team/app").tags = {f"t{number:04}": "" for number in range(250)}
    assert len(client_of().list_tags(repository)) == 250


@pytest.mark.parametrize("place", ["", "list", "http://{host}/v2/{name}/tags/list"])
def test_the_next_page_may_be_named_in_any_way(
    registry: FakeRegistry, repository: Repository, place: str
) -> None:
    """An address in ``Link`` is relative to the page that it stands on (RFC 8288)."""
    registry.page, registry.next_page = 100, place
    registry.repository("team/app").tags = {f"t{number:04}": "" for number in range(250)}
    assert len(client_of().list_tags(repository)) == 250


@pytest.mark.parametrize("kind", ["status", "cut"])
def test_download_survives_a_busy_moment(
    registry: FakeRegistry, repository: Repository, kind: str
) -> None:
    data = b"layer" * 1000
    blob = Descriptor("", registry.add_blob("team/app", data), len(data))
    registry.faults.append(Fault("GET", "blobs/", status=503, kind=kind, times=3))  # type: ignore[arg-type]  # a table of words
    assert b"".join(client_of().get_blob(repository, blob)) == data


def test_blob_that_does_not_end_is_not_read_on(
    registry: FakeRegistry, repository: Repository
) -> None:
    digest = registry.add_blob("team/app", b"x" * 5_000_000)
    with pytest.raises(MismatchError, match="100 bytes"):
        b"".join(client_of().get_blob(repository, Descriptor("", digest, 100)))


def test_first_connection_that_breaks_is_tried_again(
    registry: FakeRegistry, repository: Repository
) -> None:
    """Who accepts a connection is there: only names and ports that nobody answers are wrong."""
    registry.faults.append(Fault("GET", "/v2/", kind="cut"))
    waits = Waits()
    client_of(waits=waits).has_blob(repository, digest_of_bytes(b""))
    assert len(waits.seconds) <= 1


def test_storage_that_refuses_is_named(registry: FakeRegistry, repository: Repository) -> None:
    """Blobs are often redirected to another host; an error of that one is not the registry's."""
    digest = registry.add_blob("team/app", b"layer")
    with running(FakeRegistry()) as storage:
        place = f"http://{storage.host}/v2/bucket/blobs/{digest}?signature=secret"
        registry.faults.append(Fault("GET", "blobs/", status=307, headers={"Location": place}))
        with pytest.raises(RefusedError, match=f'"{storage.host}" answered 404') as caught:
            b"".join(client_of().get_blob(repository, Descriptor("", digest, 5)))
    assert "secret" not in str(caught.value)


def test_registry_without_tag_deletion_says_what_to_do(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.has_tag_deletion = False
    client = client_of()
    put_image(client, repository, "one", b"layer")
    with pytest.raises(DeletionDisabledError) as caught:
        client.delete_tag(repository.tagged("one"))
    assert "by its digest" in caught.value.hint


def test_silence_ends() -> None:
    """A host that takes connections and says nothing is asked twice, each for a while."""
    waits = Waits()
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        settings = RegistrySettings(connect=1.0, silence=0.05)
        with pytest.raises(UnreachableError, match="does not answer in time"):
            client_of(waits=waits, settings=settings).has_blob(
                Repository(host, "app"), digest_of_bytes(b"")
            )
    assert len(waits.seconds) == 1
