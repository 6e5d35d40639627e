"""The HTTP side of the registry in memory: routes, manifests and tags."""

import contextlib
import json
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from tests.fakes.registry_answers import ROUTE
from tests.fakes.registry_blobs import BlobRoutes


class Handler(BlobRoutes):
    """Answers one connection."""

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
        match = ROUTE.fullmatch(path)
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
        if not data:
            self._refuse(500, "UNKNOWN", "unknown error")
            return
        self._answer(200, data, {"Content-Type": media_type, "Docker-Content-Digest": digest})

    def _put_manifest(self, name: str, target: str) -> None:
        stored = self.registry.repository(name)
        is_of_oci = b"vnd.oci." in self.body + self.headers.get("Content-Type", "").encode()
        if self.registry.refusal and is_of_oci:
            self._refuse(*self.registry.refusal, "manifest invalid")
            return
        document = json.loads(self.body)
        parts = [document["config"], *document["layers"]] if "config" in document else []
        missing = [part["digest"] for part in parts if part["digest"] not in stored.blobs]
        children = [child["digest"] for child in document.get("manifests", ())]
        missing += [child for child in children if child not in stored.manifests]
        if missing:
            self._refuse(400, self.registry.lacking, "blob unknown to registry", missing[0])
            return
        digest = f"sha256:{sha256(self.body).hexdigest()}"
        # A damaged one stays as it is, as with distribution.
        stored.manifests.setdefault(digest, (self.headers.get("Content-Type", ""), self.body))
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
            place = self.registry.next_page.format(name=name, host=self.registry.host)
            headers["Link"] = f'<{place}?last={page[-1]}&n={count}>; rel="next"'
        self._answer(200, json.dumps({"name": name, "tags": page}).encode(), headers)
