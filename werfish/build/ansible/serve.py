"""Answer the connection plugin: run in the container what it asks for.

A connection is one request: a line of JSON with ``arguments`` and ``length``, then that many bytes
of input. The answer is a line with ``code`` and the lengths of ``stdout`` and ``stderr``, then
both; or a line with a ``problem``. Each has a thread, for a task that was given up may still run.
"""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from werfish.containers.backend import RunningContainer
from werfish.errors import BuildError


@contextmanager
def serving(path: Path, container: RunningContainer) -> Iterator[None]:
    """Answer at the socket *path*, in a folder of our own, for the time of the block."""
    with socket.socket(socket.AF_UNIX) as listener:
        _bind(listener, path)
        listener.listen()
        threading.Thread(target=_accept, args=(listener, container), daemon=True).start()
        try:
            yield
        finally:
            with suppress(OSError):  # wakes up who waits for a connection
                listener.shutdown(socket.SHUT_RDWR)


def _bind(listener: socket.socket, path: Path) -> None:
    """Bind by way of the folder's number: a socket's path must be short."""
    folder = os.open(path.parent, os.O_PATH)
    try:
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


def _accept(listener: socket.socket, container: RunningContainer) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(connection, container), daemon=True).start()


def _answer(connection: socket.socket, container: RunningContainer) -> None:
    with suppress(OSError), connection, connection.makefile("rb") as asked:
        request = json.loads(asked.readline() or b"null")
        if request is None:
            return
        try:
            ended = container.execute(request["arguments"], asked.read(request["length"]))
        except BuildError as error:
            connection.sendall(json.dumps({"problem": str(error)}).encode() + b"\n")
            return
        head = {"code": ended.code, "stdout": len(ended.stdout), "stderr": len(ended.stderr)}
        connection.sendall(json.dumps(head).encode() + b"\n" + ended.stdout + ended.stderr)
