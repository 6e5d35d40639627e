"""Push and pull a lot through the client, and print how much memory that took.

``python -m integration.moving HOST COUNT SIZE``: COUNT blobs of SIZE bytes, all at once. Prints the
peak of this process in bytes.
"""

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.registry.clients import client_of
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient
from werfish.registry.hosts import RegistrySettings
from werfish.registry.transfer import in_parallel

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Made:
    """The bytes of blob *number*, made as they are read."""

    number: int
    size: int

    def __call__(self) -> Iterator[bytes]:
        """Yield them all."""
        return self.at(0)

    def at(self, offset: int) -> Iterator[bytes]:
        """Yield them from *offset* on, a multiple of a chunk."""
        text = sha256(str(self.number).encode()).digest() * (_CHUNK // 32)
        for start in range(offset, self.size, _CHUNK):
            yield text[: min(_CHUNK, self.size - start)]


def blob_of(number: int, size: int) -> Descriptor:
    """Return what refers to blob *number*."""
    hasher = sha256()
    for chunk in Made(number, size)():
        hasher.update(chunk)
    return Descriptor("", f"sha256:{hasher.hexdigest()}", size)


def move(client: RegistryClient, repository: Repository, number: int, size: int) -> int:
    """Push and pull blob *number*."""
    blob = blob_of(number, size)
    client.upload_blob(repository, blob.digest, size, Made(number, size))
    return sum(len(chunk) for chunk in client.get_blob(repository, blob))


def main(host: str, count: int, size: int) -> None:
    """Move everything and print the peak of memory."""
    client = client_of(settings=RegistrySettings())
    repository = Repository(host, "moving")

    def job(number: int, stop: threading.Event) -> int:
        return move(client, repository, number, size)

    jobs = [lambda stop, number=number: job(number, stop) for number in range(count)]
    moved = in_parallel(jobs)
    assert moved == (size,) * count
    print(_most_memory())


def _most_memory() -> int:
    """Return the most bytes that this program ever held; rusage counts who started it, too."""
    status = Path("/proc/self/status").read_text()
    return next(
        int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
