"""The archive of a layer, read member by member: from its blob in a registry, or from this host."""

import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from werfish.containers.archive_member import fact_of
from werfish.containers.backend import Layer
from werfish.errors import RegistryError
from werfish.oci.facts import Fact
from werfish.oci.layer import WHITEOUT_PREFIX
from werfish.oci.layered_facts import WrittenLayer
from werfish.oci.manifest import Descriptor
from werfish.oci.reference import Repository
from werfish.registry.client import RegistryClient

_OPAQUE = ".wh..wh..opq"
_ACCOUNTS = frozenset({"etc/passwd", "etc/group"})
"""Files whose contents are needed for owners by name."""

_CHUNK = 1 << 20

_ZSTD = b"\x28\xb5\x2f\xfd"
"""How its frames begin (RFC 8878, 3.1.1)."""

_COMPRESS_ANEW = (
    "use the image with layers compressed by gzip (skopeo copy --dest-compress-format gzip makes"
    " one), or stages in a Docker daemon of version 23 or newer (--stages-storage :local)"
)


class UnreadableLayerError(RegistryError):
    """A layer is compressed in a way that only a Docker daemon can read, or is no archive."""

    def __init__(self, what: str, problem: str, hint: str = "") -> None:
        """Name the layer."""
        super().__init__(f"read {what}: {problem}", hint=hint)


@contextmanager
def opened_layer(
    source: Layer | Descriptor, repository: Repository, registry: RegistryClient
) -> Iterator[tarfile.TarFile]:
    """Open a layer for one pass; the whole of it is read, so that its digest is verified."""
    what = f'layer {source.digest[:19]} of "{repository}"'
    if isinstance(source, Layer):
        stream = _Stream(_file(source.path))
    else:
        stream = _Stream(registry.get_blob(repository, source))
    if stream.begins_with(_ZSTD):
        raise UnreadableLayerError(what, "it is compressed with zstd", _COMPRESS_ANEW)
    try:
        with tarfile.open(
            fileobj=cast("IO[bytes]", stream),
            mode="r|*",
            encoding="utf-8",
            errors="surrogateescape",
        ) as archive:
            yield archive
    except tarfile.TarError as error:
        stream.drain()  # broken bytes are their own error
        raise UnreadableLayerError(what, str(error)) from error
    stream.drain()


def members_of(archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Yield the members with their clean paths; none is kept."""
    while (member := archive.next()) is not None:
        archive.members.clear()  # type: ignore[attr-defined]
        yield clean_path(member.name), member


def clean_path(name: str) -> str:
    """Return the path of a member, or of what it links to, relative to the root."""
    return posixpath.normpath(f"/{name}").strip("/")


def facts_of(archive: tarfile.TarFile) -> WrittenLayer:
    """Return what a layer says of each path."""
    facts: dict[str, Fact | None] = {}
    opaque: set[str] = set()
    contents: dict[str, bytes] = {}
    for path, member in members_of(archive):
        folder, name = posixpath.split(path)
        if name == _OPAQUE:
            opaque.add(folder)
        elif name.startswith(WHITEOUT_PREFIX):
            gone = posixpath.join(folder, name.removeprefix(WHITEOUT_PREFIX))
            facts.setdefault(gone, None)
        elif path:
            facts[path] = fact_of(member)
            if path in _ACCOUNTS and member.isreg() and member.size <= _CHUNK:
                contents[path] = b"".join(content_of(member, archive))
    return WrittenLayer(facts, frozenset(opaque), contents)


def content_of(member: tarfile.TarInfo, archive: tarfile.TarFile) -> Iterator[bytes]:
    """Yield the content of *member*, a file, which was just read."""
    file = archive.extractfile(member)
    while file is not None and (chunk := file.read(_CHUNK)):
        yield chunk


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


class _Stream:
    """Chunks as a file that is read from its beginning to its end."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def begins_with(self, mark: bytes) -> bool:
        """Whether nothing was read yet and the first bytes are *mark*."""
        found = self.read(len(mark))
        self._rest = memoryview(found + bytes(self._rest))
        return found == mark

    def read(self, size: int) -> bytes:
        """Return *size* bytes, fewer at the end."""
        found = bytearray()
        while len(found) < size:
            if not self._rest:
                self._rest = memoryview(next(self._chunks, b""))
                if not self._rest:
                    break
            wanted = size - len(found)
            found += self._rest[:wanted]
            self._rest = self._rest[wanted:]
        return bytes(found)

    def drain(self) -> None:
        """Read what is left."""
        for _ in self._chunks:
            pass
