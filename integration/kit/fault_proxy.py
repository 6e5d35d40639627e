"""A proxy before a real registry or API server that does what bad networks, busy servers do."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal

_CHUNK = 1 << 16

Kind = Literal["refuse", "cut", "half", "lost", "short", "wrong", "slow"]
"""What goes wrong: an answer of the proxy's own; a connection cut before the request arrives, after
half of its body, before the answer, or in its middle; another byte in the answer; a slow answer."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong; *status*, *headers* and *body* are of ``refuse``."""

    kind: Kind
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Choice = Callable[[str, str], Fault | None]
"""Chooses what goes wrong with a request, by its method and path."""


def once(method: str, part: str, *faults: Fault) -> Choice:
    """Let one fault after the other meet the requests of *method* whose path has *part*."""
    left, lock = list(faults), threading.Lock()

    def choose(used: str, path: str) -> Fault | None:
        with lock:
            return left.pop(0) if left and used == method and part in path else None

    return choose


@dataclass
class FaultProxy:
    """Leads to *target* (``host:port``), but for what *choose* picks; ``met`` counts that."""

    target: str
    choose: Choice = lambda method, path: None
    met: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def __enter__(self) -> FaultProxy:
        handler = type("BoundFaults", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
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


class _Cut(Exception):  # a decision, not an error
    """Everything of this connection ends now."""


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Forward one request, or let it fail."""
        self.proxy.seen.append(f"{self.command} {self.path}")
        fault = self.proxy.choose(self.command, self.path)
        if fault is not None:
            self.proxy.met.append(fault.kind)
        try:
            with contextlib.closing(http.client.HTTPConnection(self.proxy.target)) as upstream:
                self._forward(upstream, fault)
        except (_Cut, OSError, http.client.HTTPException):
            self.close_connection = True

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _forward(self, upstream: http.client.HTTPConnection, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        length = int(self.headers.get("Content-Length") or 0)
        if kind == "cut":
            raise _Cut
        if fault is not None and kind == "refuse":
            self._refuse(fault, length)
            return
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders()
        self._send_body(upstream, length // 2 if kind == "half" else length)
        if kind == "half":
            raise _Cut
        answer = upstream.getresponse()
        if kind == "lost":
            answer.read()
            raise _Cut
        self._give(answer, kind)

    def _refuse(self, fault: Fault, length: int) -> None:
        while length > 0:
            length -= len(self.rfile.read(min(_CHUNK, length)))
        self.send_response(fault.status)
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(fault.body)))
        self.end_headers()
        self.wfile.write(fault.body)

    def _send_body(self, upstream: http.client.HTTPConnection, length: int) -> None:
        while length > 0:
            chunk = self.rfile.read(min(_CHUNK, length))
            if not chunk:
                raise _Cut
            upstream.send(chunk)
            length -= len(chunk)

    def _give(self, answer: http.client.HTTPResponse, kind: str) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("date", "server", "connection"):
                self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.chunked:
            self._give_chunks(answer, kind)
            return
        length = int(answer.headers.get("Content-Length") or 0)
        left = length // 2 if kind == "short" else length
        while left > 0 and (chunk := answer.read(min(_CHUNK if kind != "slow" else 4096, left))):
            left -= len(chunk)
            if kind == "slow":
                threading.Event().wait(0.001)
            self.wfile.write(bytes([chunk[0] ^ 1]) + chunk[1:] if kind == "wrong" else chunk)
        if kind == "short":
            raise _Cut

    def _give_chunks(self, answer: http.client.HTTPResponse, kind: str) -> None:
        """Give an answer of unknown length, each part when it is there."""
        while chunk := answer.read1(_CHUNK):
            if kind == "slow":
                threading.Event().wait(0.05)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            if kind == "short":
                raise _Cut
        self.wfile.write(b"0\r\n\r\n")
