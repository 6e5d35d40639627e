"""A proxy on loopback: tunnels TLS and forwards plain HTTP, for whatever host, to one target.

It stands for a company's proxy, so hosts that do not exist can be "reached" by it.
"""

import base64
import contextlib
import http.client
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """Leads everything to *target* (``host:port``); ``asked`` lists what it was asked for.

    With a *login* (``user:password``) it lets nobody else through.
    """

    target: str
    login: str = ""
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> "Proxy":
        handler = type("BoundProxy", (_Handler,), {"proxy": self})
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


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _is_welcome(self) -> bool:
        self.proxy.asked.append(f"{self.command} {self.path}")
        wanted = f"Basic {base64.b64encode(self.proxy.login.encode()).decode()}"
        if not self.proxy.login or self.headers.get("Proxy-Authorization") == wanted:
            return True
        self.send_response(407)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self) -> None:
        """Carry bytes both ways until an end is closed."""
        if not self._is_welcome():
            return
        host, _, port = self.proxy.target.rpartition(":")
        with socket.create_connection((host, int(port))) as far:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
            back.start()
            _pump(self.connection, far)
            back.join()
        self.close_connection = True

    def do_GET(self) -> None:
        """Forward one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._is_welcome():
            return
        url = urlsplit(self.path)
        with contextlib.closing(http.client.HTTPConnection(self.proxy.target)) as connection:
            path = f"{url.path}?{url.query}" if url.query else url.path
            connection.request(self.command, path, body, dict(self.headers))
            answer = connection.getresponse()
            data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
