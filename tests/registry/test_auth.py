"""Logging in: once, with what is needed, never where it does not belong."""

import io
from collections.abc import Iterator

import pytest

from tests.contracts.registry import put_blob
from tests.fakes.registry import FakeRegistry, Fault, digest_of_bytes, running
from tests.registry.clients import client_of, password
from werfish.backoff import Timing
from werfish.errors import RegistryError
from werfish.log import Log
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import Credentials
from werfish.registry.errors import AccessDeniedError, CredentialsError
from werfish.registry.hosts import RegistrySettings

NOTHING = digest_of_bytes(b"")


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    """Serve a registry with a token service."""
    with running(FakeRegistry(auth="token")) as registry:
        yield registry


@pytest.fixture
def repository(registry: FakeRegistry) -> Repository:
    """Name a repository of it."""
    return Repository(registry.host, "team/app")


def test_token_serves_many_requests(registry: FakeRegistry, repository: Repository) -> None:
    client = client_of(password("alice", "wonderland"))
    for _ in range(5):
        client.has_blob(repository, NOTHING)
    assert len(registry.requests("GET", "/token")) == 1


def test_expired_token_is_renewed(registry: FakeRegistry, repository: Repository) -> None:
    client = client_of(password("alice", "wonderland"))
    client.has_blob(repository, NOTHING)
    registry.expire_tokens()
    assert not client.has_blob(repository, NOTHING)


def test_token_is_renewed_before_it_expires(registry: FakeRegistry, repository: Repository) -> None:
    """The registry says how long it is good for: it is not used up to the last moment."""
    registry.token_lifetime = 100
    now = [0.0]
    timing = Timing(lambda: now[0], lambda seconds: None, lambda: 1.0)
    log = Log(io.StringIO(), clock=lambda: 0.0)
    client = RegistryClient(RegistrySettings(), password("alice", "wonderland"), timing, log)
    for moment in (0.0, 80.0, 95.0, 150.0):
        now[0] = moment
        client.has_blob(repository, NOTHING)
    assert len(registry.requests("GET", "/token")) == 2
    assert len(registry.requests("HEAD", "blobs/")) == 4 + 1  # the first one had no token


def test_token_that_expires_in_mid_upload_is_renewed(
    registry: FakeRegistry, repository: Repository
) -> None:
    client = client_of(password("alice", "wonderland"))
    put_blob(client, repository, b"one")
    realm = f'Bearer realm="http://{registry.host}/token",service="fake"'
    registry.faults.append(Fault("PUT", "up", status=401, headers={"WWW-Authenticate": realm}))
    assert put_blob(client, repository, b"two").digest in registry.repository("team/app").blobs


def test_identity_token_stands_for_a_password(
    registry: FakeRegistry, repository: Repository
) -> None:
    client = client_of(lambda host: Credentials(identity_token="identity-of-alice"))
    assert not client.has_blob(repository, NOTHING)


def test_identity_token_is_a_password_where_there_are_no_grants(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.has_grants = False
    client = client_of(lambda host: Credentials(identity_token="identity-of-alice"))
    assert not client.has_blob(repository, NOTHING)


def test_identity_token_does_not_follow_a_redirect(
    registry: FakeRegistry, repository: Repository
) -> None:
    with running(FakeRegistry(auth="token")) as other:
        place = {"Location": f"http://{other.host}/token"}
        registry.faults.append(Fault("POST", "/token", status=307, headers=place))
        with pytest.raises(RegistryError):
            client_of(lambda host: Credentials(identity_token="identity-of-alice")).has_blob(
                repository, NOTHING
            )
        assert not other.requests("POST", "/token")


def test_registry_token_is_sent_as_it_is(registry: FakeRegistry, repository: Repository) -> None:
    registry.tokens["given"] = frozenset({"team/app:pull"})
    assert not client_of(lambda host: Credentials(bearer="given")).has_blob(repository, NOTHING)
    with pytest.raises(AccessDeniedError) as caught:
        client_of(lambda host: Credentials(bearer="wrong")).has_blob(repository, NOTHING)
    assert "the login by a registry token was refused" in caught.value.hint
    assert not registry.requests("GET", "/token")


def test_mount_asks_for_both_repositories(registry: FakeRegistry, repository: Repository) -> None:
    digest = registry.add_blob("team/other", b"layer")
    client = client_of(password("alice", "wonderland"))
    assert client.mount_blob(repository, digest, Repository(registry.host, "team/other"))


@pytest.mark.parametrize("mode", ["basic", "token"])
def test_wrong_password_says_how_to_log_in(
    registry: FakeRegistry, repository: Repository, mode: str
) -> None:
    registry.auth = mode  # type: ignore[assignment]  # a table of words
    with pytest.raises(AccessDeniedError) as caught:
        client_of(password("alice", "hunter2")).has_blob(repository, NOTHING)
    assert caught.value.hint.startswith('the login as "alice" was refused: log in with ')
    assert f"docker login {registry.host}" in caught.value.hint


@pytest.mark.parametrize("mode", ["basic", "token"])
def test_no_login_is_not_told_of_as_a_refused_one(
    registry: FakeRegistry, repository: Repository, mode: str
) -> None:
    registry.auth = mode  # type: ignore[assignment]  # a table of words
    with pytest.raises(AccessDeniedError) as caught:
        client_of().has_blob(repository, NOTHING)
    assert caught.value.hint.startswith("log in with ")


def test_error_does_not_show_the_password(registry: FakeRegistry, repository: Repository) -> None:
    with pytest.raises(AccessDeniedError) as caught:
        client_of(password("alice", "hunter2")).has_blob(repository, NOTHING)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_without_credentials_a_password_is_asked_for(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.auth = "basic"
    with pytest.raises(AccessDeniedError, match="UNAUTHORIZED"):
        client_of().list_tags(repository)


def test_password_is_not_sent_in_the_clear_to_a_strange_token_service(
    registry: FakeRegistry, repository: Repository
) -> None:
    challenge = {"WWW-Authenticate": 'Bearer realm="http://evil.example/token",service="x"'}
    registry.faults.append(Fault("HEAD", "blobs/", status=401, headers=challenge))
    with pytest.raises(CredentialsError, match="unencrypted"):
        client_of(password("alice", "wonderland")).has_blob(repository, NOTHING)


def test_credentials_do_not_follow_a_redirect(
    registry: FakeRegistry, repository: Repository
) -> None:
    """Blobs often lie in another host's storage, which has no business with our password."""
    registry.auth = "basic"
    with running(FakeRegistry(auth="basic")) as storage:
        target = {"Location": f"http://{storage.host}/v2/team/app/blobs/{NOTHING}"}
        registry.faults.append(Fault("HEAD", "blobs/", status=307, headers=target, skip=1))
        with pytest.raises(AccessDeniedError):
            client_of(password("alice", "wonderland")).has_blob(repository, NOTHING)


@pytest.mark.parametrize("mode", ["basic", "token"])
def test_a_storage_that_asks_for_credentials_gets_none(
    registry: FakeRegistry, repository: Repository, mode: str
) -> None:
    """Nor does its token service, nor does its way to log in become the registry's."""
    with running(FakeRegistry(auth=mode)) as storage:  # type: ignore[arg-type]  # a table of words
        client = client_of(password("alice", "wonderland"))
        client.has_blob(repository, NOTHING)
        target = {"Location": f"http://{storage.host}/v2/team/app/blobs/{NOTHING}"}
        registry.faults.append(Fault("HEAD", "blobs/", status=307, headers=target, times=1))
        with pytest.raises(AccessDeniedError, match=f'"{storage.host}" answered 401'):
            client.has_blob(repository, NOTHING)
        assert storage.requests("GET", "/token") == []
        assert len(registry.requests("GET", "/token")) == 1
        assert not client.has_blob(repository, NOTHING)


def test_token_service_that_is_busy_is_asked_again(
    registry: FakeRegistry, repository: Repository
) -> None:
    registry.faults.append(Fault("GET", "/token", status=503, times=2))
    assert not client_of(password("alice", "wonderland")).has_blob(repository, NOTHING)


def test_registry_that_refuses_every_token_is_one_error(
    registry: FakeRegistry, repository: Repository
) -> None:
    """Each is renewed, but not for ever."""
    realm = f'Bearer realm="http://{registry.host}/token",service="fake"'
    fault = Fault("HEAD", "blobs/", status=401, headers={"WWW-Authenticate": realm}, times=1000)
    registry.faults.append(fault)
    with pytest.raises(AccessDeniedError, match="401"):
        client_of(password("alice", "wonderland")).has_blob(repository, NOTHING)
    assert len(registry.requests("HEAD", "blobs/")) == 3
