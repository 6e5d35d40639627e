"""What is sent in a request: files, streams, and how they are broken off."""

import threading
from collections.abc import Iterator
from pathlib import Path

from werfish.errors import RegistryError
from werfish.registry.messages import CHUNK, Body


class StoppedError(RegistryError):
    """A transfer was broken off by us, because another one failed."""


def file_body(path: Path) -> Body:
    """Return the bytes of the file at *path* as a body."""

    def chunks() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as error:
            raise RegistryError(f'read "{path}" to upload it: {error.strerror}') from error

    return chunks


def stoppable(body: Body, stop: threading.Event) -> Body:
    """Return *body*, which ends with `StoppedError` as soon as *stop* is set."""

    def chunks() -> Iterator[bytes]:
        for chunk in body():
            if stop.is_set():
                raise StoppedError("transfer a blob: stopped")
            yield chunk

    return chunks
