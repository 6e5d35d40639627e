"""Addresses that a registry gives lead to itself, or elsewhere."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.fakes.http_server import Answer, HttpServer
from tests.fakes.registry import digest_of_bytes
from tests.registry.clients import client_of, password
from werfish.oci.reference import Repository
from werfish.registry.addresses import is_same


@pytest.mark.parametrize(
    ("url", "host", "same"),
    [
        ("https://r.example/v2/", "r.example", True),
        ("https://R.example:443/v2/", "r.example", True),
        ("http://r.example:80/v2/", "r.example", True),
        ("https://r.example/v2/", "r.example:443", True),
        ("https://r.example:5000/v2/", "r.example", False),
        ("https://r.example:5000/v2/", "r.example:5001", False),
        ("https://storage.example/v2/", "r.example", False),
    ],
)
def test_same_host(url: str, host: str, same: bool) -> None:
    assert is_same(urlsplit(url), host) is same


@pytest.fixture
def storage() -> Iterator[HttpServer]:
    """Serve another host, which takes everything."""
    with HttpServer(lambda method, path: Answer(201)) as server:
        yield server


def test_upload_elsewhere_gets_no_credentials(storage: HttpServer) -> None:
    def answering(method: str, path: str) -> Answer:
        if method == "HEAD":
            return Answer(404, b"")
        return Answer(202, headers={"Location": f"{storage.url}/bucket?signature=1"})

    with HttpServer(answering) as registry:
        repository = Repository(registry.url.removeprefix("http://"), "app")
        client = client_of(password("alice", "wonderland"))
        client.upload_blob(repository, digest_of_bytes(b"x"), 1, lambda: [b"x"], look_first=False)
    [put] = storage.headers
    assert "Authorization" not in put
