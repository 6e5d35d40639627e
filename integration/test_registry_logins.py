"""The client keeps its contract with real registries that want tokens, and with those over TLS."""

import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.kit.token_server import TokenServer
from integration.registries import (
    free_port,
    password_auth,
    running_registry,
    tls_of,
    token_auth,
)
from tests.contracts.registry import RegistryContract, put_blob
from tests.fakes.authority import Authority
from tests.fakes.registry import digest_of_bytes
from tests.registry.clients import client_of, password
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.credentials import Credentials, CredentialSource
from werfish.registry.errors import AccessDeniedError, UnreachableError
from werfish.registry.hosts import RegistrySettings

USER, PASSWORD = "alice", "wonderland"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return the authority that signs for tokens and for TLS."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tokens(authority: Authority) -> Iterator[TokenServer]:
    """Run a token server."""
    made = authority.issue("tokens")
    with TokenServer(made.certificate, made.key, USER, PASSWORD) as server:
        yield server


@pytest.fixture(scope="module")
def token_host(
    tokens: TokenServer, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Run a registry that takes its tokens."""
    port = free_port()
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, port, auth=token_auth(tokens, authority)):
        yield f"127.0.0.1:{port}"


@pytest.fixture(scope="module")
def tls_host(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a registry over TLS that asks for a password."""
    port, folder = free_port(), tmp_path_factory.mktemp("registry")
    auth = password_auth(folder, USER, PASSWORD)
    with running_registry(folder, port, auth, tls_of(authority.issue("127.0.0.1"))):
        yield f"127.0.0.1:{port}"


def new_repository(host: str) -> Repository:
    """Name a repository that nobody used."""
    return Repository(host, f"registry-test/{uuid.uuid4().hex}")


def by_identity(host: str) -> Credentials:
    """Know an identity token in place of a password."""
    del host
    return Credentials(identity_token="identity")


class Own(RegistryContract):
    """What the classes below share: two repositories of a registry *host*."""

    @pytest.fixture
    def repository(self, host: str) -> Repository:
        return new_repository(host)

    @pytest.fixture
    def neighbour(self, host: str) -> Repository:
        return new_repository(host)


class TestTokens(Own):
    """Every law, with tokens for a password and for an identity token."""

    @pytest.fixture
    def host(self, token_host: str) -> str:
        return token_host

    @pytest.fixture(params=[password(USER, PASSWORD), by_identity], ids=["password", "identity"])
    def client(self, request: pytest.FixtureRequest) -> Iterator[RegistryClient]:
        source: CredentialSource = request.param
        client = client_of(source)
        yield client
        client.close()


class TestTls(Own):
    """Every law, over TLS with an authority of Docker's folder, and a password."""

    @pytest.fixture
    def host(self, tls_host: str) -> str:
        return tls_host

    @pytest.fixture
    def client(self, host: str, authority: Authority, tmp_path: Path) -> Iterator[RegistryClient]:
        (tmp_path / host).mkdir()
        (tmp_path / host / "ca.crt").write_bytes(authority.certificate.read_bytes())
        settings = RegistrySettings(silence=5.0, certificates=(tmp_path,), part=1 << 20)
        client = client_of(password(USER, PASSWORD), settings=settings)
        yield client
        client.close()


def test_wrong_password_is_refused_by_the_token_server(token_host: str) -> None:
    client = client_of(password(USER, "hunter2"))
    with pytest.raises(AccessDeniedError, match="incorrect username or password") as caught:
        client.list_tags(new_repository(token_host))
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_tokens_that_expire_in_mid_upload_are_renewed(token_host: str, tokens: TokenServer) -> None:
    """The client is not told how short they are: the registry refuses them between two parts."""
    pieces, given = 12, len(tokens.given)
    data = b"x" * 1_000_000 * pieces
    settings = RegistrySettings(part=1_000_000)
    client = client_of(password(USER, PASSWORD), settings=settings)
    repository = new_repository(token_host)
    put_blob(client, repository, b"first")
    tokens.lifetime = 1

    def slow() -> Iterator[bytes]:
        for start in range(0, len(data), 1_000_000):
            yield data[start : start + 1_000_000]
            threading.Event().wait(0.04)

    try:
        client.upload_blob(repository, digest_of_bytes(data), len(data), slow)
        assert client.has_blob(repository, digest_of_bytes(data))
    finally:
        tokens.lifetime = 300
    assert len(tokens.given) > given + 1


def test_unknown_authority_is_one_clear_error(tls_host: str) -> None:
    with pytest.raises(UnreachableError, match="not trusted"):
        client_of(password(USER, PASSWORD)).list_tags(new_repository(tls_host))


def test_check_of_certificates_can_be_left_out(tls_host: str) -> None:
    client = client_of(password(USER, PASSWORD), settings=RegistrySettings(verify_tls=False))
    assert client.list_tags(new_repository(tls_host)) == ()


def test_registry_that_wants_our_certificate_gets_it(authority: Authority, tmp_path: Path) -> None:
    port, own = free_port(), authority.issue("client")
    host = f"127.0.0.1:{port}"
    folder = tmp_path / "certs.d" / host
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
    settings = RegistrySettings(certificates=(tmp_path / "certs.d",))
    tls = tls_of(authority.issue("127.0.0.1"), authority.certificate)
    with running_registry(tmp_path, port, tls=tls):
        with pytest.raises(UnreachableError):
            client_of(settings=settings).list_tags(new_repository(host))
        (folder / "client.cert").write_bytes(own.certificate.read_bytes())
        (folder / "client.key").write_bytes(own.key.read_bytes())
        assert client_of(settings=settings).list_tags(new_repository(host)) == ()
