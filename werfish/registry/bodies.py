"""What is sent in a request: files, streams, how they are taken up, and how they are broken off."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from stages.light_dataclass import dataclass
from werfish.errors import RegistryError
from werfish.registry.messages import CHUNK, Body


class StoppedError(RegistryError):
    """A transfer was broken off by us, because another one failed."""


@runtime_checkable
class Resumable(Protocol):
    """A body that can be opened anywhere without reading what lies before."""

    def at(self, offset: int) -> Iterable[bytes]:
        """Open the bytes from *offset* on."""
        ...


@dataclass(frozen=True, slots=True)
class FileBody:
    """The bytes of the file at *path*."""

    path: Path

    def __call__(self) -> Iterable[bytes]:
        """Open the file at its beginning."""
        return self.at(0)

    def at(self, offset: int) -> Iterator[bytes]:
        """Open the file at *offset*."""
        try:
            with self.path.open("rb") as file:
                file.seek(offset)
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as error:
            doing = f'read "{self.path}" to upload it'
            raise RegistryError(f"{doing}: {error.strerror}") from error


def file_body(path: Path) -> Body:
    """Return the bytes of the file at *path* as a body."""
    return FileBody(path)


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A *body* which ends with `StoppedError` as soon as *stop* is set."""

    body: Body
    stop: threading.Event

    def __call__(self) -> Iterable[bytes]:
        """Open the body at its beginning."""
        return self._heeding(self.body())

    def at(self, offset: int) -> Iterable[bytes]:
        """Open the body at *offset*."""
        return self._heeding(opened_at(self.body, offset))

    def _heeding(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if self.stop.is_set():
                raise StoppedError("transfer a blob: stopped")
            yield chunk


def stoppable(body: Body, stop: threading.Event) -> Body:
    """Return *body*, which ends with `StoppedError` as soon as *stop* is set."""
    return Stoppable(body, stop)


def opened_at(body: Body, offset: int) -> Iterable[bytes]:
    """Open *body* at *offset*; what cannot be opened there is read up to it."""
    if offset == 0:
        return body()
    return body.at(offset) if isinstance(body, Resumable) else dropped(body(), offset)


def dropped(chunks: Iterable[bytes], count: int) -> Iterator[bytes]:
    """Yield *chunks* without their first *count* bytes."""
    for chunk in chunks:
        if count < len(chunk):
            yield chunk[count:]
        count = max(0, count - len(chunk))


def part_of(body: Body, start: int, length: int) -> Body:
    """Return the body of *length* bytes of *body* from *start* on."""

    def chunks() -> Iterator[bytes]:
        left = length
        for chunk in opened_at(body, start):
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    return chunks
