"""The streams of a program in a container: one connection, in frames.

docker-py's own ways leave the response to the garbage collector.
"""

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR, SHUT_WR
from ssl import SSLError, SSLSocket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docker import APIClient

_FIRST_ERROR = 400
_NO_DETACHING = "ctrl-^,ctrl-^,ctrl-^"
"""Docker's own keys are ctrl-p and ctrl-q, which shells need."""


@contextmanager
def attached(api: "APIClient", container: str) -> Iterator[Any]:
    """Open a socket (or, over ssh, what acts like one) to the streams of *container*."""
    streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1, "detachKeys": _NO_DETACHING}
    with _upgraded(api, f"/containers/{container}/attach", params=streams) as connection:
        yield connection


@contextmanager
def started(api: "APIClient", execution: str) -> Iterator[Any]:
    """Start the program *execution* and open a socket to its streams."""
    with _upgraded(
        api, f"/exec/{execution}/start", json={"Detach": False, "Tty": False}
    ) as connection:
        yield connection


@contextmanager
def _upgraded(api: "APIClient", path: str, **options: Any) -> Iterator[Any]:
    url = f"{api.base_url}/v{api.api_version}{path}"
    upgrade = {"Connection": "Upgrade", "Upgrade": "tcp"}
    response = api.post(url, headers=upgrade, stream=True, **options)
    try:
        if response.status_code >= _FIRST_ERROR:
            api._raise_for_status(response)  # type: ignore[attr-defined]
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


def end_input(connection: Any) -> None:
    """Say that nothing more is sent, while what comes can still be read."""
    if hasattr(connection, "shutdown_write"):  # a channel of ssh
        connection.shutdown_write()
    elif isinstance(connection, SSLSocket):
        connection.settimeout(0)
        with suppress(SSLError):  # it says so, and does not wait for the answer
            connection.unwrap()
        connection.settimeout(None)
    else:
        connection.shutdown(SHUT_WR)


def pass_frames(connection: Any, feed: Callable[[int, bytes], None]) -> None:
    """Read the daemon's frames: a stream's number, the length as four bytes, the bytes."""
    while header := _exactly(connection, 8):
        stream, length = struct.unpack(">BxxxL", header)
        feed(stream, _exactly(connection, length))


def _exactly(connection: Any, length: int) -> bytes:
    """Return *length* bytes, or fewer where the stream ends before."""
    pieces = bytearray()
    while len(pieces) < length:
        piece = connection.recv(length - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)
