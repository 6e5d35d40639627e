"""The kit's tokens are what the specification says, for whoever may have them."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import load_der_x509_certificate

from integration.kit.token_server import ISSUER, SERVICE, TokenServer
from tests.fakes.authority import Authority

SCOPE = "scope=repository:team/app:pull,push"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TokenServer]:
    """Run one that knows alice."""
    made = Authority(tmp_path).issue("tokens")
    with TokenServer(made.certificate, made.key, "alice", "wonderland") as server:
        yield server


def ask(server: TokenServer, word: str = "wonderland", form: bytes | None = None) -> dict[str, Any]:
    """Ask for a token by password, or with *form*."""
    request = urllib.request.Request(f"{server.realm}?{SCOPE}", data=form)  # noqa: S310  # loopback
    if form is None:
        pair = base64.b64encode(f"alice:{word}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # loopback
        document: dict[str, Any] = json.load(answer)
    return document


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_claims_say_what_may_be_done(server: TokenServer) -> None:
    claims = json.loads(decoded(ask(server)["token"].split(".")[1]))
    access = [{"type": "repository", "name": "team/app", "actions": ["pull", "push"]}]
    found = (claims["iss"], claims["aud"], claims["sub"], claims["access"])
    assert found == (ISSUER, SERVICE, "alice", access)


def test_signature_is_of_the_certificate_that_comes_with_it(server: TokenServer) -> None:
    head, claims, signature = ask(server)["token"].split(".")
    certificate = json.loads(decoded(head))["x5c"][0]
    key = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    raw = decoded(signature)
    pair = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    text = f"{head}.{claims}".encode()
    key.verify(encode_dss_signature(*pair), text, ec.ECDSA(hashes.SHA256()))


def test_identity_token_is_taken(server: TokenServer) -> None:
    form = f"grant_type=refresh_token&refresh_token=identity&{SCOPE}".encode()
    assert ask(server, form=form)["access_token"]


def test_wrong_password_is_refused(server: TokenServer) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401") as caught:
        ask(server, "hunter2")
    caught.value.close()
