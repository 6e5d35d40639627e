"""The HTTP side of the registry in memory: routes, answers, credentials."""

import base64
import json
import re
import secrets
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.fakes.registry import FakeRegistry, Fault

_ROUTE = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)/(?P<rest>.+)")


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    registry: ClassVar["FakeRegistry"]
    protocol_version = "HTTP/1.1"
    fault: "Fault | None" = None

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_GET

    def _handle(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.registry.lock:
            self.registry.received += len(self.body)
        self.fault = self.registry.fault_for(self.command, self.path)
        if self.fault and self.fault.kind == "status":
            self._answer(self.fault.status, headers=self.fault.headers)
            return
        if self.fault and self.fault.kind == "cut" and self.command != "GET":
            self.close_connection = True
            return
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        if url.path == "/token":
            self._token()
        elif self._is_allowed(url.path):
            self._route(url.path)

    def _route(self, path: str) -> None:
        if path == "/v2/":
            self._answer(200, b"{}")
            return
        match = _ROUTE.fullmatch(path)
        if match is None:
            self._refuse(404, "NAME_UNKNOWN", "no such route")
            return
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if kind == "blobs" and rest.startswith("uploads/"):
            self._uploads(name, rest.removeprefix("uploads/"))
        elif kind == "blobs":
            self._blob(name, rest)
        elif kind == "manifests":
            self._manifest(name, rest)
        else:
            self._tags(name)

    # Blobs

    def _blob(self, name: str, digest: str) -> None:
        data = self.registry.repository(name).blobs.get(digest)
        if data is None:
            self._refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")
            return
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        offset = int(start[1]) if start else 0
        self._answer(206 if start else 200, data[offset:], {"Docker-Content-Digest": digest})

    def _uploads(self, name: str, upload: str) -> None:
        if self.command == "POST":
            self._begin(name)
        elif self.registry.uploads.pop(upload, "") != name:
            self._refuse(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown")
        elif self.command == "DELETE":
            self._answer(204)
        else:
            self._finish(name)

    def _begin(self, name: str) -> None:
        digest, source = self._asked("mount"), self._asked("from")
        there = self.registry.repository(source).blobs.get(digest) if source else None
        if there is not None and self.registry.has_mounts and self._may(source, "pull"):
            self.registry.repository(name).blobs[digest] = there
            self._answer(201, headers={"Location": f"/v2/{name}/blobs/{digest}"})
            return
        upload = secrets.token_hex(8)
        self.registry.uploads[upload] = name
        self._answer(202, headers={"Location": f"/v2/{name}/blobs/uploads/{upload}?_state=x"})

    def _finish(self, name: str) -> None:
        digest = f"sha256:{sha256(self.body).hexdigest()}"
        if digest != self._asked("digest"):
            self._refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
            return
        self.registry.repository(name).blobs[digest] = self.body
        self._answer(201, headers={"Location": f"/v2/{name}/blobs/{digest}"})

    # Manifests

    def _manifest(self, name: str, target: str) -> None:
        match self.command:
            case "PUT":
                self._put_manifest(name, target)
            case "DELETE":
                self._delete_manifest(name, target)
            case _:
                self._get_manifest(name, target)

    def _get_manifest(self, name: str, target: str) -> None:
        stored = self.registry.repository(name)
        digest = stored.tags.get(target, target)
        if digest not in stored.manifests:
            self._refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
            return
        media_type, data = stored.manifests[digest]
        self._answer(200, data, {"Content-Type": media_type, "Docker-Content-Digest": digest})

    def _put_manifest(self, name: str, target: str) -> None:
        stored = self.registry.repository(name)
        document = json.loads(self.body)
        parts = [document["config"], *document["layers"]] if "config" in document else []
        missing = [part["digest"] for part in parts if part["digest"] not in stored.blobs]
        children = [child["digest"] for child in document.get("manifests", ())]
        missing += [child for child in children if child not in stored.manifests]
        if missing:
            self._refuse(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", missing[0])
            return
        digest = f"sha256:{sha256(self.body).hexdigest()}"
        stored.manifests[digest] = (self.headers.get("Content-Type", ""), self.body)
        if not target.startswith("sha256:"):
            stored.tags[target] = digest
        self._answer(201, headers={"Docker-Content-Digest": digest})

    def _delete_manifest(self, name: str, digest: str) -> None:
        if not self.registry.has_deletion:
            self._refuse(405, "UNSUPPORTED", "The operation is unsupported.")
            return
        stored = self.registry.repository(name)
        if stored.manifests.pop(digest, None) is None:
            self._refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
            return
        for tag in [tag for tag, named in stored.tags.items() if named == digest]:
            del stored.tags[tag]
        self._answer(202)

    def _tags(self, name: str) -> None:
        if name not in self.registry.repositories:
            self._refuse(404, "NAME_UNKNOWN", "repository name not known to registry")
            return
        last, count = self._asked("last"), int(self._asked("n") or 1000)
        tags = sorted(tag for tag in self.registry.repository(name).tags if tag > last)
        page, headers = tags[:count], {}
        if tags[count:]:
            headers["Link"] = f'</v2/{name}/tags/list?last={page[-1]}&n={count}>; rel="next"'
        self._answer(200, json.dumps({"name": name, "tags": page}).encode(), headers)

    # Credentials

    def _is_allowed(self, path: str) -> bool:
        if self.registry.auth == "none":
            return True
        match = _ROUTE.fullmatch(path)
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
        by_identity = form.get("refresh_token") == [f"identity-of-{self.registry.user}"]
        if self.headers.get("Authorization", "") != self._basic() and not by_identity:
            self._refuse(401, "UNAUTHORIZED", "incorrect username or password")
            return
        rights: set[str] = set()
        for scope in " ".join(form.get("scope", [])).split():
            _, name, actions = scope.split(":")
            rights.update(f"{name}:{action}" for action in actions.split(","))
        token = secrets.token_hex(8)
        self.registry.tokens[token] = frozenset(rights)
        self._answer(200, json.dumps({"token": token, "expires_in": 300}).encode())

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
            realm = f'realm="http://{self.registry.host}/token",service="fake"'
            headers["WWW-Authenticate"] = f"Bearer {realm}{scope}"
        entry = {"code": code, "message": message, "detail": detail}
        self._answer(status, json.dumps({"errors": [entry]}).encode(), headers)

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        if self.fault and self.fault.kind == "wrong":
            body = bytes(byte ^ 1 for byte in body)
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.fault and self.fault.kind == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(body)
