"""Whom TLS is believed: a file of the system's, Docker's certs.d; and what is shown to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.authority import Authority
from tests.fakes.registry import AuthMode, FakeRegistry, digest_of_bytes, running
from tests.registry.clients import client_of, password
from werfish.errors import RegistryError
from werfish.oci.reference import Repository
from werfish.registry.errors import UnreachableError
from werfish.registry.hosts import RegistrySettings

NOTHING = digest_of_bytes(b"")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return an authority that nobody trusts yet."""
    folder = tmp_path / "authority"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture(params=["none", "token"])
def registry(request: pytest.FixtureRequest, authority: Authority) -> Iterator[FakeRegistry]:
    """Serve a registry over TLS, its token service too."""
    mode: AuthMode = request.param
    with running(FakeRegistry(auth=mode), authority.server()) as registry:
        yield registry


def look_up(registry: FakeRegistry, **settings: object) -> bool:
    """Ask the registry for a blob."""
    chosen = RegistrySettings(connect=2.0, silence=5.0, **settings)  # type: ignore[arg-type]  # a test's own words
    client = client_of(password(registry.user, registry.password), settings=chosen)
    return client.has_blob(Repository(registry.host, "team/app"), NOTHING)


def docker_folder(tmp_path: Path, registry: FakeRegistry, authority: Authority) -> Path:
    """Write what Docker would read for the registry."""
    folder = tmp_path / "certs.d" / registry.host
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(authority.certificate.read_bytes())
    return folder


def test_unknown_authority_is_one_clear_error(registry: FakeRegistry) -> None:
    with pytest.raises(UnreachableError, match="not trusted") as caught:
        look_up(registry)
    assert "--skip-tls-verify-registry" in caught.value.hint


def test_check_can_be_left_out(registry: FakeRegistry) -> None:
    assert not look_up(registry, verify_tls=False)


def test_file_of_the_system_can_be_another(
    registry: FakeRegistry, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert not look_up(registry)


def test_dockers_folder_of_the_registry_counts(
    registry: FakeRegistry, authority: Authority, tmp_path: Path
) -> None:
    docker_folder(tmp_path, registry, authority)
    assert not look_up(registry, certificates=(tmp_path / "certs.d",))


def test_dockers_folder_of_another_registry_does_not(
    registry: FakeRegistry, authority: Authority, tmp_path: Path
) -> None:
    folder = docker_folder(tmp_path, registry, authority)
    folder.rename(folder.with_name("other.example:5000"))
    with pytest.raises(UnreachableError, match="not trusted"):
        look_up(registry, certificates=(tmp_path / "certs.d",))


def test_own_certificate_is_shown_where_it_is_wanted(authority: Authority, tmp_path: Path) -> None:
    with running(FakeRegistry(), authority.server(asks_clients=True)) as registry:
        folder = docker_folder(tmp_path, registry, authority)
        with pytest.raises(UnreachableError):
            look_up(registry, certificates=(tmp_path / "certs.d",))
        client = authority.issue("client")
        (folder / "client.cert").write_bytes(client.certificate.read_bytes())
        (folder / "client.key").write_bytes(client.key.read_bytes())
        assert not look_up(registry, certificates=(tmp_path / "certs.d",))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("client.cert", "client.key", id="certificate-without-key"),
        pytest.param("client.key", "client.cert", id="key-without-certificate"),
        pytest.param("other.crt", "other.crt", id="no-certificate"),
    ],
)
def test_broken_folder_names_the_file(
    registry: FakeRegistry, authority: Authority, tmp_path: Path, name: str, reason: str
) -> None:
    folder = docker_folder(tmp_path, registry, authority)
    (folder / name).write_text("nothing")
    with pytest.raises(RegistryError, match=reason) as caught:
        look_up(registry, certificates=(tmp_path / "certs.d",))
    assert str(folder / name) in str(caught.value)
