"""Git servers on loopback: ``git http-backend`` behind a small server, and one that hangs."""

import base64
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class GitServer:
    """Serves the bare repositories below *folder* over HTTP, to everybody or to one *login*.

    ``requests`` has the paths that were answered, ``logins`` what was sent to prove who asks;
    ``fetching`` is set when objects are asked for.
    """

    def __init__(self, folder: Path, login: str = "") -> None:
        self.folder, self.login = folder, login
        self.requests: list[str] = []
        self.fetching = threading.Event()
        self.logins: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> "GitServer":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fetches(self) -> int:
        """Return how often something was sent, other than the list of refs."""
        return sum(1 for path in self.requests if path.endswith("/git-upload-pack"))

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request by ``git http-backend``."""
        path, _, query = handler.path.partition("?")
        body = _body(handler)
        sent = handler.headers.get("Authorization", "")
        if sent:
            self.logins.append(base64.b64decode(sent.removeprefix("Basic ")).decode())
        if self.login and (not sent or self.logins[-1] != self.login):
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Basic realm="git"')
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        self.requests.append(path)
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": handler.command,
            "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
        }
        # Where git refuses it ends with an error, and what it said is to be sent all the same.
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, check=False
        )
        if b"command=fetch" in body:
            self.fetching.set()
        _send(handler, done.stdout)


def _body(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Transfer-Encoding") != "chunked":
        return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    pieces = []
    while size := int(handler.rfile.readline(), 16):
        pieces.append(handler.rfile.read(size))
        handler.rfile.readline()
    handler.rfile.readline()
    return b"".join(pieces)


def _send(handler: BaseHTTPRequestHandler, answer: bytes) -> None:
    head, _, content = answer.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    handler.send_response(int(headers.pop("Status", "200").split()[0]))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def _handler(server: GitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            server.answer(self)

        do_GET = do_POST = answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay silent."""

    return Handler


@contextmanager
def hanging_server() -> Iterator[str]:
    """Give the address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
