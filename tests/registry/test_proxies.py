"""Proxies are used as Go's programs use them, and named where they fail."""

from pathlib import Path

import pytest

from tests.contracts.registry import put_blob
from tests.fakes.authority import Authority
from tests.fakes.proxy import Proxy
from tests.fakes.registry import FakeRegistry, digest_of_bytes, running
from tests.registry.clients import client_of
from werfish.errors import RegistryError
from werfish.oci.reference import Repository
from werfish.registry.errors import RefusedError, UnreachableError
from werfish.registry.hosts import RegistrySettings
from werfish.registry.proxies import Proxies, proxies_of, proxy_for

REPOSITORY = Repository("registry.example", "team/app")
NOTHING = digest_of_bytes(b"")


@pytest.mark.parametrize(
    ("excluded", "url", "is_proxied"),
    [
        pytest.param("", "https://r.example/v2/", True, id="no-exceptions"),
        pytest.param("", "http://127.0.0.1:5000/v2/", False, id="loopback-never"),
        pytest.param("", "http://localhost/v2/", False, id="localhost-never"),
        pytest.param("*", "https://r.example/v2/", False, id="everything"),
        pytest.param("example", "https://r.example/v2/", False, id="domain-and-below"),
        pytest.param("r.example", "https://r.example/v2/", False, id="the-host"),
        pytest.param("R.EXAMPLE", "https://r.example/v2/", False, id="in-any-case"),
        pytest.param(".r.example", "https://r.example/v2/", True, id="below-only"),
        pytest.param(".r.example", "https://a.r.example/v2/", False, id="what-is-below"),
        pytest.param("*.r.example", "https://a.r.example/v2/", False, id="star-and-dot"),
        pytest.param("r.example", "https://other.example/v2/", True, id="another-host"),
        pytest.param("ar.example", "https://r.example/v2/", True, id="longer-name"),
        pytest.param("r.example", "https://ar.example/v2/", True, id="only-ends-alike"),
        pytest.param("r.example:5000", "https://r.example:5000/v2/", False, id="port"),
        pytest.param("r.example:5000", "https://r.example/v2/", True, id="another-port"),
        pytest.param("r.example:443", "https://r.example/v2/", False, id="usual-port"),
        pytest.param("10.0.0.0/8", "http://10.1.2.3/v2/", False, id="network"),
        pytest.param("10.0.0.0/8", "http://11.1.2.3/v2/", True, id="another-network"),
        pytest.param("fd00::/8", "http://[fd00::1]:5000/v2/", False, id="network-of-version-6"),
        pytest.param("a.example, r.example", "https://r.example/v2/", False, id="list"),
    ],
)
def test_exceptions(excluded: str, url: str, is_proxied: bool) -> None:
    environment = {"HTTP_PROXY": "p:1", "https_proxy": "http://p:2", "NO_PROXY": excluded}
    assert bool(proxy_for(url, proxies_of(environment))) is is_proxied


def test_scheme_chooses_the_proxy() -> None:
    proxies = proxies_of({"HTTP_PROXY": "p:1", "https_proxy": "https://p:2"})
    found = [proxy_for(f"{scheme}://r.example/", proxies) for scheme in ("http", "https")]
    assert found == ["http://p:1", "https://p:2"]


def test_password_is_not_shown() -> None:
    assert "secret" not in repr(proxies_of({"HTTP_PROXY": "http://me:secret@p:1"}))


@pytest.mark.parametrize("login", ["", "me:se/cret"])
def test_tls_goes_through_a_tunnel(tmp_path: Path, login: str) -> None:
    authority = Authority(tmp_path)
    tls = authority.server("registry.example")
    with running(FakeRegistry(), tls) as registry, Proxy(registry.host, login) as proxy:
        user = f"{login.replace('/', '%2F')}@" if login else ""
        proxies = Proxies(https=f"http://{user}{proxy.address}")
        settings = RegistrySettings(proxies=proxies, ca_file=authority.certificate)
        put_blob(client_of(settings=settings), REPOSITORY, b"layer")
        assert digest_of_bytes(b"layer") in registry.repository("team/app").blobs
        assert set(proxy.asked) == {"CONNECT registry.example:443"}


def test_plain_http_is_forwarded() -> None:
    with running(FakeRegistry()) as registry, Proxy(registry.host) as proxy:
        settings = RegistrySettings(
            insecure=True, proxies=Proxies(f"http://{proxy.address}", "http://127.0.0.1:1")
        )
        put_blob(client_of(settings=settings), REPOSITORY, b"layer")
        assert proxy.asked[0] == "GET http://registry.example/v2/"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_wants_a_login_says_so(scheme: str) -> None:
    with Proxy("127.0.0.1:1", "me:secret") as proxy:
        address = f"http://me:wrong@{proxy.address}"
        proxies = Proxies(https=address) if scheme == "https" else Proxies(address)
        settings = RegistrySettings(insecure=scheme == "http", proxies=proxies)
        with pytest.raises((UnreachableError, RefusedError), match=r"407") as caught:
            client_of(settings=settings).has_blob(REPOSITORY, NOTHING)
    assert "wrong" not in f"{caught.value}"


def test_missing_proxy_is_named() -> None:
    settings = RegistrySettings(proxies=Proxies(https="http://me:secret@127.0.0.1:1"))
    with pytest.raises(UnreachableError, match=r'proxy "127\.0\.0\.1:1" for') as e:
        client_of(settings=settings).has_blob(REPOSITORY, NOTHING)
    assert e.value.hint == "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"


def test_unknown_kind_of_proxy_is_one_clear_error() -> None:
    settings = RegistrySettings(proxies=Proxies(https="socks5://me:secret@p:1080"))
    with pytest.raises(RegistryError, match="socks5://p:1080"):
        client_of(settings=settings).has_blob(REPOSITORY, NOTHING)
