"""Big blobs are sent in parts and taken up where the registry says; they arrive all the same."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.registry.clients import Waits, client_of, password
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.bodies import FileBody
from werfish.registry.client import RegistryClient
from werfish.registry.errors import MismatchError, RefusedError, UnreachableError
from werfish.registry.hosts import RegistrySettings

PART = 1000
DATA = bytes(range(250)) * 42
DIGEST = digest_of_bytes(DATA)


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve an empty registry that asks for no password."""
    with running(FakeRegistry()) as registry:
        yield registry


@pytest.fixture
def repository(registry: FakeRegistry) -> Repository:
    """Name a repository of it."""
    return Repository(registry.host, "team/app")


@pytest.fixture
def client() -> RegistryClient:
    """Return a client that sends at most `PART` bytes at a time."""
    return client_of(settings=RegistrySettings(connect=2.0, silence=5.0, part=PART))


def upload(client: RegistryClient, repository: Repository) -> None:
    """Upload the blob."""
    client.upload_blob(repository, DIGEST, len(DATA), lambda: [DATA])


def stored(registry: FakeRegistry) -> bytes:
    """Return what arrived."""
    return registry.repository("team/app").blobs[DIGEST]


def test_big_blob_is_sent_in_parts(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    upload(client, repository)
    assert (len(registry.requests("PATCH")), stored(registry)) == (11, DATA)


def test_parts_are_as_big_as_the_registry_wants(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    registry.least_part = 4000
    upload(client, repository)
    assert (len(registry.requests("PATCH")), stored(registry)) == (3, DATA)


@pytest.mark.parametrize("part", [PART, 0])
def test_uploads_follow_where_the_registry_sends_them(
    registry: FakeRegistry, repository: Repository, part: int
) -> None:
    """Another host, as behind a load balancer that names its machines; no login goes there."""
    with running(FakeRegistry()) as other:
        place = {"Location": f"http://{other.host}/v2/team/app/blobs/uploads/"}
        registry.faults.append(Fault("POST", "uploads", status=307, headers=place))
        settings = RegistrySettings(connect=2.0, silence=5.0, part=part)
        upload(client_of(settings=settings), repository)
        assert other.repository("team/app").blobs[DIGEST] == DATA


def test_small_blob_is_sent_whole(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    client.upload_blob(repository, digest_of_bytes(b"x" * PART), PART, lambda: [b"x" * PART])
    assert registry.requests("PATCH") == []


@pytest.mark.parametrize(
    ("kind", "again"),
    [
        pytest.param("half", 500, id="cut-in-the-middle-of-a-part"),
        pytest.param("lost", 0, id="answer-lost"),
        pytest.param("cut", 1000, id="cut-before-a-part"),
    ],
)
def test_upload_goes_on_where_the_registry_says(
    registry: FakeRegistry, repository: Repository, client: RegistryClient, kind: str, again: int
) -> None:
    """What the registry has is not sent again; what it lacks is."""
    registry.faults.append(Fault("PATCH", "uploads", kind=kind, skip=5))  # type: ignore[arg-type]  # a table of words
    upload(client, repository)
    assert stored(registry) == DATA
    assert registry.received == len(DATA) + again


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_upload_goes_on_after_a_busy_moment(
    registry: FakeRegistry, repository: Repository, client: RegistryClient, status: int
) -> None:
    registry.faults.append(Fault("PATCH", "uploads", status=status, skip=5, times=3))
    upload(client, repository)
    assert stored(registry) == DATA
    assert len(registry.requests("POST")) == 1


@pytest.mark.parametrize("kind", ["half", "lost", "cut"])
def test_registry_that_gives_a_broken_upload_up_gets_it_anew(
    registry: FakeRegistry, repository: Repository, client: RegistryClient, kind: str
) -> None:
    registry.parts = "cancel"
    registry.faults.append(Fault("PATCH", "uploads", kind=kind, skip=5))  # type: ignore[arg-type]  # a table of words
    upload(client, repository)
    assert stored(registry) == DATA


def test_forgotten_upload_begins_again(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    """As after a restart of a registry that keeps no uploads."""
    body = ForgettingBody(registry)
    client.upload_blob(repository, DIGEST, len(DATA), body)
    assert stored(registry) == DATA
    assert len(registry.requests("POST")) == 2


class ForgettingBody:
    """The blob; in its middle, once, the registry forgets every upload."""

    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry
        self._forgets = True

    def __call__(self) -> Iterable[bytes]:
        return self.at(0)

    def at(self, offset: int) -> Iterable[bytes]:
        if offset >= 5 * PART and self._forgets:
            self._forgets = False
            self._registry.uploads.clear()
        yield DATA[offset:]


def test_every_part_may_break(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    """What was reached counts: only failures in a row end an upload."""
    registry.faults += [Fault("PATCH", "uploads", kind="half", times=1) for _ in range(9)]
    upload(client, repository)
    assert stored(registry) == DATA


def test_registry_that_always_breaks_off_is_left_in_the_end(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.faults.append(Fault("PATCH", "uploads", kind="cut", times=1000))
    waits = Waits()
    client = client_of(waits=waits, settings=RegistrySettings(part=PART))
    with pytest.raises(UnreachableError, match="upload blob"):
        upload(client, repository)
    assert len(waits.seconds) == 4


@pytest.mark.parametrize("parts", ["refuse", "scramble"])
def test_registry_without_parts_gets_the_blob_whole(
    registry: FakeRegistry,
    repository: Repository,
    client: RegistryClient,
    parts: Literal["refuse", "scramble"],
) -> None:
    registry.parts = parts
    upload(client, repository)
    assert stored(registry) == DATA


@pytest.mark.parametrize("part", [PART, 0])
def test_lost_last_answer_sends_nothing_again(
    registry: FakeRegistry, repository: Repository, part: int
) -> None:
    registry.faults.append(Fault("PUT", "uploads", kind="lost"))
    upload(client_of(settings=RegistrySettings(part=part)), repository)
    assert registry.received == len(DATA)


def test_refusal_of_a_part_is_an_error(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    registry.faults.append(Fault("PATCH", "uploads", status=413, skip=2))
    with pytest.raises(RefusedError, match="413"):
        upload(client, repository)


def test_token_that_expires_between_parts_is_renewed() -> None:
    with running(FakeRegistry(auth="token")) as registry:
        client = client_of(password("alice", "wonderland"), settings=RegistrySettings(part=PART))
        repository = Repository(registry.host, "team/app")

        opened = itertools.count()

        def expiring() -> Iterator[bytes]:
            if next(opened) % 2 == 0:
                registry.expire_tokens()
            yield DATA

        client.upload_blob(repository, DIGEST, len(DATA), expiring)
        assert stored(registry) == DATA
        assert len(registry.requests("GET", "/token")) > 5


def test_part_of_a_file_is_read_from_where_it_begins(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(DATA)
    assert b"".join(FileBody(tmp_path / "blob").at(5000)) == DATA[5000:]


def test_blob_is_copied_from_another_registry(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    with running(FakeRegistry()) as other:
        blob = Descriptor("", other.add_blob("base", DATA), len(DATA))
        assert client.copy_blob(repository, blob, Repository(other.host, "base"))
    assert stored(registry) == DATA


def test_copy_survives_breaks_on_both_sides(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    with running(FakeRegistry()) as other:
        blob = Descriptor("", other.add_blob("base", DATA), len(DATA))
        other.faults.append(Fault("GET", "blobs/", kind="cut", times=3))
        registry.faults.append(Fault("PATCH", "uploads", kind="half", times=2))
        client.copy_blob(repository, blob, Repository(other.host, "base"))
    assert stored(registry) == DATA


def test_copy_of_wrong_bytes_is_refused(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    with running(FakeRegistry()) as other:
        blob = Descriptor("", other.add_blob("base", DATA), len(DATA))
        other.faults.append(Fault("GET", "blobs/", kind="wrong", times=100))
        with pytest.raises(MismatchError, match="read blob"):
            client.copy_blob(repository, blob, Repository(other.host, "base"))
    assert DIGEST not in registry.repository("team/app").blobs


def test_whether_one_may_push_is_known_before_anything_is_sent(
    registry: FakeRegistry, repository: Repository, client: RegistryClient
) -> None:
    client.require_push(repository)
    client.require_push(repository)
    assert (len(registry.requests("POST")), registry.uploads) == (1, {})
    registry.faults.append(Fault("POST", "uploads", status=405))
    with pytest.raises(RefusedError, match=r'upload to ".*other/app"'):
        client.require_push(Repository(registry.host, "other/app"))
