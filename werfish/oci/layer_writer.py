"""Deterministic layers: the same entries are the same bytes, wherever they are written.

Entries are sorted; headers are written directly, as ustar, with pax records only where a name, a
link or a number does not fit. Writing 20,000 files of 4 kB takes a quarter of a second.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from werfish.oci import tar
from werfish.oci.layer import WHITEOUT_PREFIX, EntryKind, LayerEntry, ordered_entries

_CHUNK = 256 * 1024

ReadContents = Callable[[Sequence[str]], Iterable[tuple[int, Iterable[bytes]]]]
"""For each source, in order: its size in bytes, and its content in chunks."""


def write_layer(
    entries: Iterable[LayerEntry], read: ReadContents, sink: Callable[[bytes], object]
) -> str:
    """Write the layer of *entries* to *sink* and return its diff id (``sha256:…``).

    *read* is called once, with the sources of all files in the order in which they are written;
    contents pass through in chunks. Two entries for one path, or paths that are not clean, are a
    ValueError; so is a content that has not the size that was announced.
    """
    ordered = ordered_entries(entries)
    contents = iter(read([entry.source for entry in ordered if _has_content(entry)]))
    hasher = sha256()
    for chunk in _gathered(_archive(ordered, contents)):
        hasher.update(chunk)
        sink(chunk)
    return f"sha256:{hasher.hexdigest()}"


def _has_content(entry: LayerEntry) -> bool:
    return entry.kind is EntryKind.FILE and bool(entry.source)


def _archive(
    ordered: Iterable[LayerEntry], contents: Iterator[tuple[int, Iterable[bytes]]]
) -> Iterator[bytes]:
    for entry in ordered:
        if _has_content(entry):
            size, chunks = next(contents)
            yield _header(entry, size)
            yield from _exactly(size, chunks, entry.path)
            yield tar.padding(size)
        else:
            yield _header(entry, 0)
    yield tar.trailer()


def _exactly(size: int, chunks: Iterable[bytes], path: str) -> Iterator[bytes]:
    written = 0
    for chunk in chunks:
        written += len(chunk)
        yield chunk
    if written != size:
        raise ValueError(f'"{path}" has {written} bytes, {size} were announced')


def _header(entry: LayerEntry, size: int) -> bytes:
    match entry.kind:
        case EntryKind.WHITEOUT:
            return tar.header(
                _whiteout(entry.path), tar.REGULAR, mode=0, uid=0, gid=0, size=0, mtime=entry.mtime
            )
        case EntryKind.DIRECTORY:
            return _described(entry, entry.path + "/", tar.DIRECTORY, 0)
        case EntryKind.SYMLINK:
            return _described(entry, entry.path, tar.SYMLINK, 0)
        case EntryKind.HARDLINK:
            return _described(entry, entry.path, tar.HARDLINK, 0)
        case EntryKind.FILE:
            return _described(entry, entry.path, tar.REGULAR, size)


def _described(entry: LayerEntry, name: str, kind: bytes, size: int) -> bytes:
    return tar.header(
        name,
        kind,
        mode=0o777 if kind == tar.SYMLINK else entry.mode,
        uid=entry.uid,
        gid=entry.gid,
        size=size,
        mtime=entry.mtime,
        link=entry.link if kind in (tar.SYMLINK, tar.HARDLINK) else "",
        attributes=entry.attributes,
    )


def _whiteout(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{WHITEOUT_PREFIX}{name}"


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Join small *pieces*: one call of the hash and the compressor for many files."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= _CHUNK:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
