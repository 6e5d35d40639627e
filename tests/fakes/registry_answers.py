"""What every route of the registry in memory uses: answers, and who may do what."""

import base64
import json
import re
import secrets
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from tests.fakes.registry import FakeRegistry, Fault

ROUTE = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)/(?P<rest>.+)")


class Answers(BaseHTTPRequestHandler):
    """One connection."""

    registry: ClassVar["FakeRegistry"]
    protocol_version = "HTTP/1.1"
    fault: "Fault | None" = None
    body: bytes
    query: dict[str, list[str]]

    # Credentials

    def _is_allowed(self, path: str) -> bool:
        if self.registry.auth == "none":
            return True
        match = ROUTE.fullmatch(path)
        name = match["name"] if match else ""
        actions = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(self.command, "push")
        if "/uploads/" in path:
            actions = "pull" if self.command == "DELETE" else "push"
        if self._may(name, actions):
            return True
        self._refuse(401, "UNAUTHORIZED", "authentication required", challenge=(name, actions))
        return False

    def _may(self, name: str, action: str) -> bool:
        given = self.headers.get("Authorization", "")
        if self.registry.auth == "basic":
            return given == self._basic()
        if self.registry.auth == "token":
            rights = self.registry.tokens.get(given.removeprefix("Bearer "), None)
            return rights is not None and (not name or f"{name}:{action}" in rights)
        return True

    def _token(self) -> None:
        form = {**self.query, **parse_qs(self.body.decode())}
        if self.command == "POST" and not self.registry.has_grants:
            self._refuse(404, "NOT_FOUND", "page not found")
            return
        identity = f"identity-of-{self.registry.user}"
        by_password = base64.b64encode(f"<token>:{identity}".encode()).decode()
        by_identity = form.get("refresh_token") == [identity]
        logins = (self._basic(), f"Basic {by_password}")
        if self.headers.get("Authorization", "") not in logins and not by_identity:
            self._refuse(401, "UNAUTHORIZED", "incorrect username or password")
            return
        rights: set[str] = set()
        for scope in " ".join(form.get("scope", [])).split():
            _, name, actions = scope.split(":")
            rights.update(f"{name}:{action}" for action in actions.split(","))
        token = secrets.token_hex(8)
        self.registry.tokens[token] = frozenset(rights)
        self._answer(
            200, json.dumps({"token": token, "expires_in": self.registry.token_lifetime}).encode()
        )

    def _basic(self) -> str:
        pair = f"{self.registry.user}:{self.registry.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"

    # Answers

    def _asked(self, key: str) -> str:
        return self.query.get(key, [""])[0]

    def _refuse(
        self,
        status: int,
        code: str,
        message: str,
        detail: str = "",
        challenge: tuple[str, str] | None = None,
    ) -> None:
        headers = {}
        if challenge and self.registry.auth == "basic":
            headers["WWW-Authenticate"] = 'Basic realm="fake"'
        elif challenge:
            scope = f',scope="repository:{challenge[0]}:{challenge[1]}"' if challenge[0] else ""
            realm = f'realm="{self.registry.scheme}://{self.registry.host}/token",service="fake"'
            headers["WWW-Authenticate"] = f"Bearer {realm}{scope}"
        entry = {"code": code, "message": message, "detail": detail}
        self._answer(status, json.dumps({"errors": [entry]}).encode(), headers)

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        if self.fault and self.fault.kind in ("half", "lost"):
            self.close_connection = True
            return
        if self.fault and self.fault.kind == "wrong":
            body = bytes(byte ^ 1 for byte in body)
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        if self.fault and self.fault.kind == "open":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(body), body))
            self.close_connection = True
            return
        is_hidden = self.command == "HEAD" and not self.registry.tells_length
        self.send_header("Content-Length", "0" if is_hidden else str(len(body)))
        self.end_headers()
        if self.fault and self.fault.kind == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(body)
