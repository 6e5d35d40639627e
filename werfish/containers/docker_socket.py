"""Connections to the streams of a container: what it prints, and what it is to read."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker import APIClient

_UPGRADE = {"Connection": "Upgrade", "Upgrade": "tcp"}
_NO_DETACHING = {"detachKeys": "ctrl-^,ctrl-^,ctrl-^"}
"""Docker's own keys are ctrl-p and ctrl-q, which shells need."""


@contextmanager
def attached(api: "APIClient", container: str) -> Iterator[Any]:
    """Open a socket (or, over ssh, what acts like one) to the streams of *container*."""
    params = {"stream": 1, "stdin": 1, "stdout": 1, "stderr": 1, **_NO_DETACHING}
    with _upgraded(api, f"/containers/{container}/attach", params=params) as connection:
        yield connection


@contextmanager
def executing(api: "APIClient", container: str, command: list[str]) -> Iterator[Any]:
    """Start *command* beside what runs in *container*; open a socket to its streams."""
    streams = {"AttachStdin": True, "AttachStdout": True, "AttachStderr": True}
    created = api._result(  # type: ignore[attr-defined]
        api.post(_url(api, f"/containers/{container}/exec"), json={**streams, "Cmd": command}),
        json=True,
    )
    with _upgraded(api, f"/exec/{created['Id']}/start", json={"Tty": False}) as connection:
        yield connection


def frames(connection: Any) -> Iterator[tuple[int, bytes]]:
    """Read the daemon's frames: a stream's number, the length as four bytes, the bytes."""
    while header := _exactly(connection, 8):
        stream, length = struct.unpack(">BxxxL", header)
        yield stream, _exactly(connection, length)


@contextmanager
def _upgraded(api: "APIClient", path: str, **keywords: Any) -> Iterator[Any]:
    """POST to *path*; docker-py's own way leaves the response to the garbage collector."""
    response = api.post(_url(api, path), headers=_UPGRADE, stream=True, **keywords)
    try:
        response.raise_for_status()
        stream = api._get_raw_response_socket(response)  # type: ignore[attr-defined]
        connection = getattr(stream, "_sock", stream)
        connection.settimeout(None)
        try:
            yield connection
        finally:
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)
            connection.close()
    finally:
        response.close()


def _url(api: "APIClient", path: str) -> str:
    return f"{api.base_url}/v{api.api_version}{path}"


def _exactly(connection: Any, length: int) -> bytes:
    """Return *length* bytes, or fewer where the stream ends before."""
    pieces = bytearray()
    while len(pieces) < length:
        piece = connection.recv(length - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)
