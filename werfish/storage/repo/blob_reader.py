"""An image asked through the archives of its layers, where nobody remembers an answer.

A file of a layer may be one more name of a file in a layer below: the archive has the link alone.
"""

import posixpath
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from stages.light_dataclass import dataclass
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
        return self._read(path, self._layers.diff_ids)

    def _read(self, path: str, diff_ids: Sequence[str]) -> bytes | None:
        for number, diff_id in reversed([*enumerate(diff_ids)]):
            layer = self._layers.written(diff_id)
            found = answer(path, layer)
            if path in layer.contents:
                return layer.contents[path]
            if found is not Answer.BELOW:
                return self._content(path, diff_ids[: number + 1]) if found is not None else None
        return None

    def stream(self, path: str) -> Iterator[ImageFile]:
        """Yield what is at *path* and below; contents pass through a file of this host."""
        if self.stat(path) is None:
            return
        below = (name for name in self.names_below(path) if name not in CONTAINERS_OWN)
        names = sorted((path, *below), key=_by_folder)
        with tempfile.TemporaryFile() as scratch:
            holders = {name: self._holder(name) for name in names}
            held = {diff_id: set[str]() for diff_id in dict.fromkeys(holders.values()) if diff_id}
            for name, diff_id in holders.items():
                held.get(diff_id, set()).add(name)
            passes = {one: self._pass(one, wanted, scratch) for one, wanted in held.items()}
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

    def _pass(self, diff_id: str, wanted: set[str], scratch: BinaryIO) -> dict[str, _Found]:
        """Read the names *wanted* of *diff_id*, and what files they are further names of."""
        found: dict[str, _Found] = {}
        while wanted:
            with self._layers.archive(diff_id) as archive:
                for path, member in members_of(archive):
                    if path in wanted:
                        found[path] = _taken(member, archive, scratch)
            for name in wanted - found.keys():
                found[name] = self._below(diff_id, name, scratch)
            links = {one.link for one in found.values() if one.link}
            wanted = links - found.keys()
        for one in found.values():
            one.link = one.link and _first_name(one.link, found)
        return found

    def _below(self, diff_id: str, name: str, scratch: BinaryIO) -> _Found:
        """Read the file that *diff_id* has one more name of, and does not hold."""
        diff_ids = self._layers.diff_ids
        for lower in reversed(diff_ids[: diff_ids.index(diff_id)]):
            if name in self._layers.written(lower).facts:
                found = self._pass(lower, {name}, scratch)
                return found[found[name].link or name]
        raise UnreadableLayerError(f"layer {diff_id[:19]}", f'it links to "{name}", which is none')

    def _content(self, path: str, diff_ids: Sequence[str]) -> bytes | None:
        """Return the content of *path* in the last of *diff_ids*, or of what it links to."""
        is_there, link, content = False, "", None
        with self._layers.archive(diff_ids[-1]) as archive:
            for other, member in members_of(archive):
                if other != path:
                    continue
                is_there, link = True, clean_path(member.linkname) if member.islnk() else ""
                content = b"".join(content_of(member, archive)) if member.isreg() else None
        if link and link != path:
            return self._content(link, diff_ids)
        return content if is_there else self._read(path, diff_ids[:-1])


def _first_name(name: str, found: Mapping[str, _Found]) -> str:
    """Return the name that has the bytes of *name*, which may be a link to a link."""
    passed = set[str]()
    while found[name].link and name not in passed:
        passed.add(name)
        name = found[name].link
    return name


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
