"""The HTTP side of the registry in memory: routes, answers, credentials."""

import base64
import contextlib
import json
import re
import secrets
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.fakes.registry import FakeRegistry, Fault, Upload

_ROUTE = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)/(?P<rest>.+)")


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    registry: ClassVar["FakeRegistry"]
    protocol_version = "HTTP/1.1"
    fault: "Fault | None" = None

    def handle(self) -> None:
        """Answer requests until the connection ends, or its TLS never begins."""
        with contextlib.suppress(OSError):
            super().handle()

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
        if self.fault and self.fault.kind == "half":
            self.body = self.body[: len(self.body) // 2]
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
        blobs = self.registry.existing(name).blobs
        data = blobs.get(digest)
        if self.command == "DELETE" and not self.registry.has_deletion:
            self._refuse(405, "UNSUPPORTED", "The operation is unsupported.")
        elif data is None:
            self._refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")
        elif self.command == "DELETE":
            del blobs[digest]
            self._answer(202)
        else:
            start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            offset = int(start[1]) if start else 0
            headers = {"Docker-Content-Digest": digest}
            self._answer(206 if start else 200, data[offset:], headers)

    def _uploads(self, name: str, id: str) -> None:
        if self.command == "POST":
            self._begin(name)
            return
        upload = self.registry.uploads.get(id)
        if upload is None or upload.name != name:
            self._refuse(404, "BLOB_UPLOAD_UNKNOWN", "upload unknown")
        elif self.command == "DELETE":
            del self.registry.uploads[id]
            self._answer(204)
        elif self.registry.parts == "cancel" and self._asked("_state") != str(len(upload.data)):
            del self.registry.uploads[id]
            self._refuse(400, "BLOB_UPLOAD_INVALID", "blob upload invalid")
        elif self.command == "GET":
            self._standing(204, id, upload)
        elif self.command == "PATCH":
            self._part(id, upload)
        else:
            self._finish(id, upload)

    def _begin(self, name: str) -> None:
        if self.registry.makes and name not in self.registry.repositories:
            self._refuse(404, "NAME_UNKNOWN", f"The repository with name '{name}' does not exist")
            return
        digest, source = self._asked("mount"), self._asked("from")
        there = self.registry.repository(source).blobs.get(digest) if source else None
        if there is not None and self.registry.has_mounts and self._may(source, "pull"):
            self.registry.repository(name).blobs[digest] = there
            self._answer(201, headers={"Location": f"/v2/{name}/blobs/{digest}"})
            return
        id = secrets.token_hex(8)
        upload = self.registry.begin_upload(id, name)
        self._standing(202, id, upload)

    def _part(self, id: str, upload: "Upload") -> None:
        if self.registry.parts == "refuse":
            self._refuse(405, "UNSUPPORTED", "The operation is unsupported.")
            return
        start = int(self.headers.get("Content-Range", "0").partition("-")[0])
        if self.registry.parts == "resume" and start != len(upload.data):
            self._standing(416, id, upload)
            return
        upload.data += self.body
        self._standing(202, id, upload)

    def _standing(self, status: int, id: str, upload: "Upload") -> None:
        """Answer how far the upload is, and where it goes on."""
        place = f"/v2/{upload.name}/blobs/uploads/{id}?_state={len(upload.data)}"
        last = max(0, len(upload.data) - 1)
        self._answer(status, headers={"Location": place, "Range": f"0-{last}"})

    def _finish(self, id: str, upload: "Upload") -> None:
        del self.registry.uploads[id]
        data = bytes(upload.data) + self.body
        digest = f"sha256:{sha256(data).hexdigest()}"
        if digest != self._asked("digest"):
            self._refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
            return
        self.registry.repository(upload.name).blobs[digest] = data
        self._answer(201, headers={"Location": f"/v2/{upload.name}/blobs/{digest}"})

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
        stored = self.registry.existing(name)
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
        is_tag = not digest.startswith("sha256:")
        if not self.registry.has_deletion or (is_tag and not self.registry.has_tag_deletion):
            self._refuse(405, "UNSUPPORTED", "The operation is unsupported.")
            return
        stored = self.registry.repository(name)
        if is_tag:
            self._delete_tag(name, digest)
            return
        if stored.manifests.pop(digest, None) is None:
            self._refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
            return
        for tag in [tag for tag, named in stored.tags.items() if named == digest]:
            del stored.tags[tag]
        self._answer(202)

    def _delete_tag(self, name: str, tag: str) -> None:
        if self.registry.repository(name).tags.pop(tag, None) is None:
            self._refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
        else:
            self._answer(202)

    def _tags(self, name: str) -> None:
        if self.command == "DELETE":
            self._delete_tag(name, self.path.rpartition("/")[2])
            return
        if name not in self.registry.repositories:
            self._refuse(404, "NAME_UNKNOWN", "repository name not known to registry")
            return
        last, count = self._asked("last"), int(self._asked("n") or self.registry.page)
        if count > self.registry.page and self.registry.strict_pages:
            self._refuse(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested")
            return
        count = min(count, self.registry.page)
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
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.fault and self.fault.kind == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(body)
