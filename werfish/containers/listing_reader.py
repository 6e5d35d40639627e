"""Many questions about one folder of an image become one listing of it.

A question costs the daemon some hundredths of a second, whatever it is about; a listing costs as
much as the folder's content, and then answers all that is below it. So a folder is listed when
enough has been asked below it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from werfish.containers.layered_tree import ImageReader
from werfish.oci.facts import Fact
from werfish.oci.image_files import ImageFile

MOST_QUESTIONS = 64
"""How many questions below one folder are asked singly."""


class ListingReader:
    """An `ImageReader` that asks *reader*."""

    def __init__(self, reader: ImageReader) -> None:
        """Nothing was asked yet."""
        self._reader = reader
        self._asked: Counter[str] = Counter()
        self._listed: dict[str, dict[str, Fact | None]] = {}

    def stat(self, path: str) -> Fact | None:
        """Return what is at *path*."""
        for folder in _folders(path):
            if folder in self._listed:
                return self._listed[folder].get(path)
        self._asked.update(_folders(path))
        for folder in _folders(path):
            if self._asked[folder] > MOST_QUESTIONS:
                self._listed[folder] = dict(self._listing(folder))
                return self._listed[folder].get(path)
        return self._reader.stat(path)

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below folder *path*."""
        return self._reader.names_below(path)

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*; ``None`` if there is none."""
        return self._reader.read(path)

    def stream(self, path: str) -> Iterable[ImageFile]:
        """Yield what is at *path* and below."""
        return self._reader.stream(path)

    def _listing(self, folder: str) -> Iterator[tuple[str, Fact | None]]:
        for file in self._reader.stream(folder):
            yield f"{folder}/{file.path}".strip("/"), file.fact


def _folders(path: str) -> Iterator[str]:
    """Yield the folders above *path*, innermost first, with the root."""
    while path:
        path = path.rpartition("/")[0]
        yield path
