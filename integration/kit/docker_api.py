"""Questions to a Docker daemon over its socket, without a client program."""

from __future__ import annotations

import http.client
import socket
import urllib.parse

from integration.kit.command import succeeds


def answers(host: str) -> bool:
    """Tell whether a Docker daemon answers at *host*."""
    if host.startswith(("unix://", "tcp://", "http://")):
        return ask(host, "/_ping") is not None
    return succeeds(["docker", "--host", host, "version"])


def ask(host: str, path: str) -> bytes | None:
    """Return what the daemon at *host* answers to a GET of *path*, None when it does not."""
    address = urllib.parse.urlsplit(host)
    connection: http.client.HTTPConnection
    if address.scheme == "unix":
        connection = _UnixConnection(address.path)
    else:
        connection = http.client.HTTPConnection(address.netloc, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.read() if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(5)
        self.sock.connect(self._path)
