"""The archive of an image as ``docker save`` writes it, read as a stream."""

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from stages.light_dataclass import dataclass

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SavedImage:
    """The bytes of the configuration, and the files of the layers, the lowest first.

    A layer that comes twice is one file.
    """

    config: bytes
    layers: tuple[Path, ...]


def unpack_saved(data: Iterable[bytes], folder: Path) -> SavedImage:
    """Write the one image in *data* into *folder*; ValueError where the archive is another."""
    files: dict[str, Path] = {}
    links: dict[str, str] = {}
    with tarfile.open(mode="r|", fileobj=io.BufferedReader(_Stream(data), _CHUNK)) as archive:
        for member in archive:
            if member.issym():
                links[member.name] = normpath(join(dirname(member.name), member.linkname))
            content = archive.extractfile(member) if member.isreg() else None
            if content is not None:
                files[member.name] = path = folder / str(len(files))
                with path.open("wb") as file:
                    file.writelines(iter(lambda c=content: c.read(_CHUNK), b""))  # type: ignore[misc]
    return _described(files, links)


def _described(files: Mapping[str, Path], links: Mapping[str, str]) -> SavedImage:
    """Find the files by the list that the archive has of them."""
    try:
        (image,) = json.loads(files["manifest.json"].read_bytes())
        layers = tuple(files[links.get(name, name)] for name in image["Layers"])
        return SavedImage(files[image["Config"]].read_bytes(), layers)
    except KeyError as error:
        raise ValueError(f"the archive has no {error}") from error


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        into = memoryview(buffer)
        count = min(len(into), len(self._rest))
        into[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
