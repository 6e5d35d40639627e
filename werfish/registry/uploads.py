"""Uploads of blobs: small ones in one piece, big ones in parts that are taken up after a failure.

Where an upload goes on is what the registry says that it has, never what was sent. A registry
that forgot the upload, or cannot tell, gets the blob from its beginning. Nothing of a broken upload
is visible: a blob is there once its digest was checked by the registry.
See https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from stages.light_dataclass import dataclass
from werfish.oci.reference import Repository
from werfish.registry.begun import BegunUpload
from werfish.registry.bodies import part_of
from werfish.registry.errors import ReadOnlyError, RefusedError, UnreachableError
from werfish.registry.lookups import Lookups
from werfish.registry.messages import Answer, Body
from werfish.registry.session import Call, Session, absolute

_BYTES = {"Content-Type": "application/octet-stream"}
_RANGE = re.compile(r"(?:bytes[ =])?0-(\d+)")
_LOST = frozenset({"BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN"})
_FOR_GOOD = frozenset({401, 403, 413, 429})
"""Refusals that another upload of the same blob meets again."""
_NO_PARTS = frozenset({400, 404, 405, 411, 415, 416, 501})


def upload_blob(
    session: Session,
    repository: Repository,
    digest: str,
    size: int,
    body: Body,
    begun: BegunUpload | None = None,
) -> None:
    """Upload a blob that is not there.

    *body* is opened anew for every request. An upload that the registry has *begun* for it is used.
    """
    part = session.part_of(repository)
    if begun is not None:
        upload = _Upload(session, repository, digest, size, body, begun.place, least=begun.least)
        try:
            if upload.send_on(part):
                return
        except RefusedError as error:  # who opened it may not know it any more
            if error.status in _FOR_GOOD:
                raise
    _Upload(session, repository, digest, size, body).send(part)


@dataclass(slots=True)
class _Upload:
    """One blob on its way: *place* is where the upload goes on, *offset* what the registry has.

    *least* is the smallest part, but for the last one, that it takes.
    """

    session: Session
    repository: Repository
    digest: str
    size: int
    body: Body
    place: str = ""
    offset: int = 0
    best: int = 0
    least: int = 0

    @property
    def doing(self) -> str:
        return f'upload blob {self.digest} to "{self.repository}"'

    def send(self, part: int) -> None:
        """Upload in requests of at most *part* bytes where the registry can, else in one piece."""
        if part and self.size > part:
            if self.send_in_parts(part):
                return
            self.place = ""
        self.send_whole()

    def send_on(self, part: int) -> bool:
        """Upload into the place that is known, as `send`; ``False`` where it takes no parts."""
        if part and self.size > part:
            return self.send_in_parts(part)
        self.send_whole()
        return True

    def send_whole(self) -> None:
        """Upload in one piece."""
        attempts = self.session.attempts()

        def once() -> None:
            if attempts.is_first or not self._is_there():
                if not (attempts.is_first and self.place):
                    self._begin()
                self._finish(self.body, self.size)

        self.session.retry(once, attempts)

    def send_in_parts(self, part: int) -> bool:
        """Upload in requests of at most *part* bytes; ``False`` where the registry cannot."""
        attempts = self.session.attempts()

        def once() -> None:
            if self.offset > self.best:
                self.best = self.offset
                attempts.progress()
            if attempts.is_first and not self.offset:
                if not self.place:
                    self._begin()
            elif self._is_there():
                return
            else:
                self._take_up()
            while self.offset < self.size:
                self._send_part(min(max(part, self.least), self.size - self.offset))
            self._finish(None, 0)

        try:
            self.session.retry(once, attempts)
        except RefusedError as error:
            if error.status not in _NO_PARTS:
                raise
            return False  # or it put them together wrongly: the digest was not the blob's
        return True

    def _is_there(self) -> bool:
        """Whether the registry has the blob although its answer did not reach us."""
        return Lookups(self.session).has(self.repository, self.digest, self.size)

    def _begin(self) -> None:
        self.place, self.offset = "", 0
        answer = self._request("POST", "blobs/uploads/", (202,))
        self.least = _least_of(answer)

    def _take_up(self) -> None:
        """Ask the registry where the upload stands; begin again where it does not know."""
        if self.place:
            answer = self._request("GET", self.place, (200, 204, 400, 404, 405, 416))
            reported = _reported(answer.headers)
            if answer.status < 300 and reported is not None and reported <= self.size:
                self.offset = reported
                return
        self._begin()

    def _send_part(self, length: int) -> None:
        start, end = self.offset, self.offset + length
        headers = {**_BYTES, "Content-Range": f"{start}-{end - 1}"}
        part = part_of(self.body, start, length)
        answer = self._request("PATCH", self.place, (200, 201, 202, 204), headers, part, length)
        reported = _reported(answer.headers)
        # Some answer with a range that stands still; the digest at the end tells what is true.
        self.offset = reported if reported and start < reported < end else end

    def _finish(self, body: Body | None, length: int) -> None:
        separator = "&" if "?" in self.place else "?"
        path = f"{self.place}{separator}digest={quote(self.digest, safe='')}"
        self._request("PUT", path, (201, 204), _BYTES, body, length)

    def _request(
        self,
        method: str,
        path: str,
        expected: tuple[int, ...],
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        length: int = 0,
    ) -> Answer:
        call = Call(
            method, self.repository, path, self.doing, expected, headers or {}, body, length, True
        )
        try:
            with self.session.open(call) as answer:
                answer.read()
        except RefusedError as error:
            if is_of_read_only(call, error):
                raise ReadOnlyError(error) from error
            is_lost = any(map(error.has_code, _LOST)) and (self.offset or method == "PUT")
            if is_lost or (error.status == 416 and self.offset):
                raise UnreachableError(str(error), "it begins again", is_transient=True) from error
            raise
        is_moved = answer.status < 300 and method != "PUT" and "Location" in answer.headers
        if is_moved or method == "POST":
            self.place = absolute(call, answer)
        return answer


def begun_upload(call: Call, answer: Answer) -> BegunUpload:
    """Return the upload that *answer* to *call* opened."""
    return BegunUpload(absolute(call, answer), _least_of(answer))


def is_of_read_only(call: Call, error: RefusedError) -> bool:
    """Whether *error* says of *call*, which begins an upload, that nothing can be written."""
    return call.method == "POST" and error.status == 405


def _least_of(answer: Answer) -> int:
    least = answer.headers.get("OCI-Chunk-Min-Length", "")
    return int(least) if least.isdecimal() else 0


def _reported(headers: Mapping[str, str]) -> int | None:
    """Return how many bytes the registry has; an empty upload is ``0-0`` as one byte is."""
    found = _RANGE.fullmatch(headers.get("Range", "").strip())
    if found is None:
        return None
    return int(found[1]) + 1 if int(found[1]) else 0
