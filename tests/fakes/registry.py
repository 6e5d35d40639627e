"""A registry in memory, served over HTTP on the loopback: it works, and it can misbehave on demand.

It does what the distribution specification says and is strict where the real one is: digests are
checked, a manifest is taken only if its blobs are there.
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import ThreadingHTTPServer
from typing import Literal

from tests.fakes.registry_handler import Handler

AuthMode = Literal["none", "basic", "token"]


def digest_of_bytes(data: bytes) -> str:
    """Return the digest of *data* as registries write it."""
    return f"sha256:{sha256(data).hexdigest()}"


@dataclass
class Fault:
    """What goes wrong with the next *times* requests of *method* whose path has *part*.

    *skip* of them go well first. An answer of *status*; or, with ``cut``, a connection that is
    broken off without an answer (for a GET: in the middle of it); or, with ``half``, that after
    half of a PATCH; or, with ``lost``, just before the answer; or, with ``wrong``, other bytes than
    promised; or, with ``open``, all bytes and a connection that breaks before their end is told.
    """

    method: str
    part: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    kind: Literal["status", "cut", "half", "lost", "wrong", "open"] = "status"
    times: int = 1
    skip: int = 0


@dataclass
class Stored:
    """What one repository holds."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Upload:
    """A blob on its way into repository *name*."""

    name: str
    data: bytearray = field(default_factory=bytearray)


@dataclass
class FakeRegistry:
    """The state of the registry. *seen* lists method and path of every request.

    *parts*: an upload in parts is taken up where it was broken off (``resume``), is given up where
    the registry has more than it told, as distribution 2 does (``cancel``), is refused
    (``refuse``), or put together wrongly (``scramble``). *page* is how many tags it lists at once
    at most; *strict_pages*: it refuses to be asked for more; *next_page* is what it calls the page
    that follows. *makes*: a repository has to be made
    before a push. *lacking* is its code for a manifest whose blobs it does not have. *refusal*, a
    status and a code, is what it says of manifests with terms of OCI; without one it takes them.
    Without *tells_length* it answers a HEAD with a length of 0.
    """

    auth: AuthMode = "none"
    user: str = "alice"
    password: str = "wonderland"
    has_mounts: bool = True
    has_deletion: bool = True
    has_tag_deletion: bool = True
    parts: Literal["resume", "cancel", "refuse", "scramble"] = "resume"
    page: int = 1000
    strict_pages: bool = False
    next_page: str = "/v2/{name}/tags/list"
    makes: bool = False
    lacking: str = "MANIFEST_BLOB_UNKNOWN"
    refusal: tuple[int, str] | None = None
    token_lifetime: int = 300
    has_grants: bool = True
    least_part: int = 0
    tells_length: bool = True
    host: str = ""
    scheme: str = "http"
    repositories: dict[str, Stored] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    received: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def repository(self, name: str) -> Stored:
        """Return repository *name*, made if need be."""
        with self.lock:
            return self.repositories.setdefault(name, Stored())

    def existing(self, name: str) -> Stored:
        """Return repository *name*, an empty one where there is none."""
        return self.repositories.get(name, Stored())

    def begin_upload(self, id: str, name: str) -> Upload:
        """Begin an upload into repository *name*."""
        return self.uploads.setdefault(id, Upload(name))

    def add_blob(self, name: str, data: bytes) -> str:
        """Put a blob into repository *name* and return its digest."""
        digest = digest_of_bytes(data)
        self.repository(name).blobs[digest] = data
        return digest

    def cut_blob(self, name: str, digest: str) -> None:
        """Let a blob of repository *name* have lost what follows its third byte."""
        blobs = self.repository(name).blobs
        blobs[digest] = blobs[digest][:3]

    def empty_manifest(self, name: str, target: str) -> None:
        """Let a manifest of repository *name* have lost its bytes; who asks for it gets a 500."""
        stored = self.repository(name)
        digest = stored.tags.get(target, target)
        stored.manifests[digest] = (stored.manifests[digest][0], b"")

    def requests(self, method: str, part: str = "") -> list[str]:
        """Return the paths of the requests of *method* that have *part*."""
        return [path for used, path in self.seen if used == method and part in path]

    def expire_tokens(self) -> None:
        """Refuse every token that was given so far."""
        with self.lock:
            self.tokens.clear()

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and use it up."""
        with self.lock:
            self.seen.append((method, path))
            for fault in self.faults:
                if fault.method != method or fault.part not in path or fault.times == 0:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
            return None


@contextmanager
def running(registry: FakeRegistry, tls: ssl.SSLContext | None = None) -> Iterator[FakeRegistry]:
    """Serve *registry* on a free port of the loopback, by *tls* if any, in the context."""
    handler = type("BoundHandler", (Handler,), {"registry": registry})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
            registry.scheme = "https"
        registry.host = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()
