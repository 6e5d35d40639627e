"""An image asked through the archives of its layers, where nobody remembers an answer."""

import posixpath
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from werfish.containers.archive_member import attributes_of, storable_fact_of
from werfish.containers.layered_tree import LayeredTree
from werfish.oci.facts import Fact
from werfish.oci.image_files import CONTAINERS_OWN, ImageFile
from werfish.oci.layered_facts import Answer, answer
from werfish.storage.repo.image_layers import ImageLayers, WrittenOnly
from werfish.storage.repo.layer_archive import (
    UnreadableLayerError,
    clean_path,
    content_of,
    members_of,
)

_CHUNK = 256 * 1024


@dataclass(slots=True)
class _Found:
    """A name in a layer: what it is, where its content lies in the scratch file, or which file."""

    fact: Fact | None
    attributes: tuple[tuple[str, bytes], ...] = ()
    link: str = ""
    begin: int = 0
    size: int = 0


class BlobReader:
    """An `ImageReader` of *layers*."""

    def __init__(self, layers: ImageLayers) -> None:
        """Nothing is read yet."""
        self._layers = layers
        self._written = LayeredTree(layers.diff_ids, WrittenOnly(layers), self)

    def stat(self, path: str) -> Fact | None:
        """Return what is at *path*."""
        return self._written.lookup(path)

    def names_below(self, path: str) -> Iterable[str]:
        """Return every path below folder *path*."""
        return self._written.names_below(path)

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at *path*; ``None`` if there is none."""
        for diff_id in reversed(self._layers.diff_ids):
            layer = self._layers.written(diff_id)
            found = answer(path, layer)
            if path in layer.contents:
                return layer.contents[path]
            if found is not Answer.BELOW:
                return self._content(diff_id, path) if found is not None else None
        return None

    def stream(self, path: str) -> Iterator[ImageFile]:
        """Yield what is at *path* and below; contents pass through a file of this host."""
        if self.stat(path) is None:
            return
        below = (name for name in self.names_below(path) if name not in CONTAINERS_OWN)
        names = sorted((path, *below), key=_by_folder)
        with tempfile.TemporaryFile() as scratch:
            holders = {name: self._holder(name) for name in names}
            passes = {
                diff_id: self._pass(diff_id, names, holders, scratch)
                for diff_id in dict.fromkeys(holders.values())
                if diff_id
            }
            came: dict[tuple[str, str], str] = {}
            for name in names:
                diff_id = holders[name]
                found = passes[diff_id][name] if diff_id else _Found(self.stat(name))
                yield self._file(name, path, diff_id, found, came, passes, scratch)

    def _file(
        self,
        name: str,
        top: str,
        diff_id: str,
        found: _Found,
        came: dict[tuple[str, str], str],
        passes: dict[str, dict[str, _Found]],
        scratch: BinaryIO,
    ) -> ImageFile:
        relative = posixpath.relpath(f"/{name}", f"/{top}").removeprefix(".")
        leader = found.link or name
        first = came.setdefault((diff_id, leader), relative)
        file = passes[diff_id][found.link] if found.link else found
        content = () if first != relative else _pieces(scratch, file.begin, file.size)
        same_as = first if first != relative else ""
        return ImageFile(relative, file.fact, content, same_as, file.attributes)

    def _holder(self, name: str) -> str:
        """Return the layer that says what *name* is; none does of the root, or may not."""
        for diff_id in reversed(self._layers.diff_ids):
            if name in self._layers.written(diff_id).facts:
                return diff_id
        return ""

    def _pass(
        self, diff_id: str, names: Iterable[str], holders: dict[str, str], scratch: BinaryIO
    ) -> dict[str, _Found]:
        """Read the *names* that *diff_id* holds, and what files they are further names of."""
        wanted = {name for name in names if holders[name] == diff_id}
        found: dict[str, _Found] = {}
        while wanted:
            with self._layers.archive(diff_id) as archive:
                for path, member in members_of(archive):
                    if path in wanted:
                        found[path] = _taken(member, archive, scratch)
            for name in sorted(wanted - found.keys()):
                raise UnreadableLayerError(f"layer {diff_id[:19]}", _missing(name, found))
            wanted = {one.link for one in found.values() if one.link} - found.keys()
        return found

    def _content(self, diff_id: str, path: str) -> bytes | None:
        wanted, content = path, None
        while wanted:
            name, wanted = wanted, ""
            with self._layers.archive(diff_id) as archive:
                for other, member in members_of(archive):
                    if other == name and member.islnk():
                        wanted = clean_path(member.linkname)
                    elif other == name and member.isreg():
                        content = b"".join(content_of(member, archive))
        return content


def _missing(name: str, found: Mapping[str, _Found]) -> str:
    other = next((path for path, one in found.items() if one.link == name), "")
    return f'"{other}" is another name of "{name}", which the layer does not have'


def _taken(member: tarfile.TarInfo, archive: tarfile.TarFile, scratch: BinaryIO) -> _Found:
    if member.islnk():
        return _Found(storable_fact_of(member), link=clean_path(member.linkname))
    begin = scratch.seek(0, 2)
    size = 0
    for piece in content_of(member, archive) if member.isreg() else ():
        size += scratch.write(piece)
    return _Found(storable_fact_of(member), attributes_of(member), "", begin, size)


def _pieces(scratch: BinaryIO, begin: int, size: int) -> Iterator[bytes]:
    while size > 0:
        scratch.seek(begin)
        chunk = scratch.read(min(size, _CHUNK))
        if not chunk:
            return
        yield chunk
        begin, size = begin + len(chunk), size - len(chunk)


def _by_folder(path: str) -> list[bytes]:
    return [name.encode("utf-8", "surrogateescape") for name in path.split("/")]
