"""A token server for a real registry: small, but its tokens are real ones.

It signs JSON Web Tokens (ES256) as the distribution project's token specification wants, with the
certificate in ``x5c``, for a registry that trusts the certificate's authority. Passwords come by
Basic, identity tokens by OAuth's POST.
See https://distribution.github.io/distribution/spec/auth/jwt/.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

ISSUER = "werfish-kit"
SERVICE = "werfish-kit-registry"
LEEWAY = 60
"""How many seconds longer than it says distribution takes a token."""


@dataclass
class TokenServer:
    """Serves from ``with`` to its end; ``given`` counts the tokens.

    *certificate* and *key* are files of PEM. A token is taken for *lifetime* seconds; *told* is
    what the client hears of that.
    """

    certificate: Path
    key: Path
    user: str
    password: str
    identity_token: str = "identity"
    lifetime: float = 300
    told: int = 300
    given: list[str] = field(default_factory=list)

    def __enter__(self) -> TokenServer:
        handler = type("BoundTokens", (_Handler,), {"tokens": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.realm = f"http://127.0.0.1:{self._server.server_address[1]}/token"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def knows(self, authorization: str, form: Mapping[str, list[str]]) -> bool:
        """Tell whether somebody who may do everything asks."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        by_identity = form.get("refresh_token") == [self.identity_token]
        return by_identity or authorization == f"Basic {pair}"

    def token_for(self, scopes: list[str]) -> str:
        """Return a token for *scopes*, as ``repository:NAME:pull,push``."""
        now, id = time.time(), secrets.token_hex(8)
        claims = {
            "iss": ISSUER,
            "sub": self.user,
            "aud": SERVICE,
            "exp": int(now + self.lifetime - LEEWAY),
            "nbf": int(now - LEEWAY),
            "iat": int(now),
            "jti": id,
            "access": [_access(scope) for scope in scopes],
        }
        self.given.append(id)
        return self._signed(claims)

    def _signed(self, claims: Mapping[str, Any]) -> str:
        certificate = load_pem_x509_certificate(self.certificate.read_bytes())
        der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
        header = {"typ": "JWT", "alg": "ES256", "x5c": [der]}
        text = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        key = load_pem_private_key(self.key.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


class _Handler(BaseHTTPRequestHandler):
    tokens: TokenServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Give a token, or refuse it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        form = parse_qs(urlsplit(self.path).query) | parse_qs(body.decode())
        if not self.tokens.knows(self.headers.get("Authorization", ""), form):
            self._answer(401, {"details": "incorrect username or password"})
            return
        scopes = " ".join(form.get("scope", [])).split()
        token = self.tokens.token_for(scopes)
        self._answer(200, {"token": token, "access_token": token, "expires_in": self.tokens.told})

    do_POST = do_GET

    def _answer(self, status: int, document: Mapping[str, Any]) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _access(scope: str) -> dict[str, Any]:
    kind, _, rest = scope.partition(":")
    name, _, actions = rest.rpartition(":")
    return {"type": kind, "name": name, "actions": actions.split(",")}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
