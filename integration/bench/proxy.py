"""A proxy in front of a registry that counts what passes, and lets each request take longer.

It hands bytes on as they come, one thread a connection, so that little of the time is its own.
"""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO

_CHUNK = 1 << 18
_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that passed, and how many bytes its body had."""

    method: str
    path: str
    size: int


@dataclass
class CountingProxy:
    """Leads to *target* (``host:port``); each request waits *delay* seconds before it goes on.

    ``passed`` are the requests since `begin`.
    """

    target: str
    delay: float = 0.0
    passed: list[Passed] = field(default_factory=list)

    def __enter__(self) -> "CountingProxy":
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._guard = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    def begin(self, delay: float = 0.0) -> None:
        """Count from nothing again, each request with *delay*."""
        with self._guard:
            self.passed, self.delay = [], delay

    def _count(self, line: bytes, size: int) -> None:
        method, path, _ = line.decode("latin-1").split(" ", 2)
        with self._guard:
            self.passed.append(Passed(method, path, size))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        host, _, port = self.target.rpartition(":")
        with suppress(OSError, EOFError), client:
            upstream = socket.create_connection((host, int(port)))
            for end in (client, upstream):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with upstream, client.makefile("rb") as asked, upstream.makefile("rb") as answered:
                while self._exchange(client, upstream, asked, answered):
                    pass

    def _exchange(
        self, client: socket.socket, upstream: socket.socket, asked: BinaryIO, answered: BinaryIO
    ) -> bool:
        """Let one request and its answer pass; whether another one may follow."""
        head = _Head.read(asked)
        time.sleep(self.delay)
        upstream.sendall(head.data)
        self._count(head.first, _pass_body(head, asked, upstream))
        answer = _Head.read(answered)
        client.sendall(answer.data)
        has_body = not head.first.startswith(b"HEAD ") and answer.status not in _WITHOUT_BODY
        if has_body:
            _pass_body(answer, answered, client)
        return not (head.is_last or answer.is_last)


@dataclass(frozen=True)
class _Head:
    """The lines before a body: all *data* of them, the *first* one, and the fields."""

    data: bytes
    first: bytes
    fields: dict[bytes, bytes]

    @staticmethod
    def read(stream: BinaryIO) -> "_Head":
        lines = [_line(stream)]
        while lines[-1] not in (b"\r\n", b"\n"):
            lines.append(_line(stream))
        pairs = [line.partition(b":") for line in lines[1:-1]]
        fields = {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
        return _Head(b"".join(lines), lines[0], fields)

    @property
    def status(self) -> int:
        return int(self.first.split()[1])

    @property
    def is_last(self) -> bool:
        return self.fields.get(b"connection") == b"close"

    @property
    def is_chunked(self) -> bool:
        return self.fields.get(b"transfer-encoding") == b"chunked"

    @property
    def length(self) -> int:
        return int(self.fields.get(b"content-length", b"0"))


def _pass_body(head: _Head, source: BinaryIO, target: socket.socket) -> int:
    if not head.is_chunked:
        return _pass_bytes(head.length, source, target)
    passed = 0
    while True:
        line = _line(source)
        target.sendall(line)
        size = int(line.partition(b";")[0], 16)
        passed += _pass_bytes(size, source, target)
        target.sendall(_line(source))
        if size == 0:
            return passed


def _pass_bytes(length: int, source: BinaryIO, target: socket.socket) -> int:
    left = length
    while left:
        data = source.read(min(_CHUNK, left))
        if not data:
            raise EOFError
        target.sendall(data)
        left -= len(data)
    return length


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline()
    if not line:
        raise EOFError
    return line
