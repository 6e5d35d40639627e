"""The routes of the registry in memory for blobs: read, mounted, uploaded whole or in parts."""

import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.fakes.registry_answers import Answers

if TYPE_CHECKING:
    from tests.fakes.registry import Upload


class BlobRoutes(Answers):
    """Answers for blobs."""

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
            if start and offset >= len(data):
                self._refuse(416, "UNSUPPORTED", "requested range not satisfiable")
                return
            headers = {"Docker-Content-Digest": digest}
            if start:
                headers["Content-Range"] = f"bytes {offset}-{len(data) - 1}/{len(data)}"
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
        upload.data += self.body[::-1] if self.registry.parts == "scramble" else self.body
        self._standing(202, id, upload)

    def _standing(self, status: int, id: str, upload: "Upload") -> None:
        """Answer how far the upload is, and where it goes on."""
        place = f"/v2/{upload.name}/blobs/uploads/{id}?_state={len(upload.data)}"
        last = max(0, len(upload.data) - 1)
        headers = {"Location": place, "Range": f"0-{last}"}
        if self.registry.least_part:
            headers["OCI-Chunk-Min-Length"] = str(self.registry.least_part)
        self._answer(status, headers=headers)

    def _finish(self, id: str, upload: "Upload") -> None:
        del self.registry.uploads[id]
        data = bytes(upload.data) + self.body
        digest = f"sha256:{sha256(data).hexdigest()}"
        if digest != self._asked("digest"):
            self._refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
            return
        # What is there is kept, as distribution does, even where its file was cut short.
        self.registry.repository(upload.name).blobs.setdefault(digest, data)
        self._answer(201, headers={"Location": f"/v2/{upload.name}/blobs/{digest}"})
