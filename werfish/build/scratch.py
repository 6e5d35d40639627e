"""Contents on their way from one image into a layer of another: kept in one file, each once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

_CHUNK = 256 * 1024


class Scratch:
    """Contents in *file*, one behind the other, known by the names that `add` gives them."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin with an empty *file*."""
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def add(self, content: Iterable[bytes]) -> str:
        """Keep *content* and return its name, which no other has."""
        begin = self._end
        for chunk in content:
            self._file.write(chunk)
            self._end += len(chunk)
        name = str(len(self._places))
        self._places[name] = (begin, self._end - begin)
        return name

    def read(self, names: Sequence[str]) -> Iterator[tuple[int, Iterable[bytes]]]:
        """Yield the size and the content, in pieces, of each of *names*, in their order."""
        for name in names:
            begin, size = self._places[name]
            self._file.seek(begin)
            yield size, self._pieces(size)

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size > 0 and (chunk := self._file.read(min(size, _CHUNK))):
            size -= len(chunk)
            yield chunk
