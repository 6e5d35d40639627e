"""The context of a Dockerfile: files of a commit, and others of the work tree, in one order.

Content passes in pieces. Whoever builds, all files have one time, root as their owner, and the mode
that git knows: what is built does not depend on who checked the project out, or when.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from hashlib import sha256
from pathlib import Path

from stages.light_dataclass import dataclass
from stages.sources import EXECUTABLE, SYMLINK
from werfish.errors import BuildError
from werfish.oci import tar

PIECE = 1 << 20
"""The most bytes that one piece of content has."""

ReadBlobs = Callable[[Sequence[str]], Iterable[tuple[int, Iterable[bytes]]]]
"""From object ids to (size in bytes, content in pieces), in the same order."""


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """A file or symbolic link at *path* of the context; *mode* is as git's.

    *source* is a blob of the repository, whose *size* only `contents` tells, or a file of the work
    tree with the *digest* (SHA-256 in hexadecimal) that it had when it was looked at.
    """

    path: str
    mode: int
    size: int
    source: str | Path
    digest: str = ""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The *entries*, sorted by path; *read* gives the content of blobs, *time* is that of all."""

    entries: tuple[ContextEntry, ...]
    read: ReadBlobs = field(compare=False)
    time: int = 0


class ContextChangedError(BuildError):
    """A file of the work tree changed while the image was being built."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f'send "{path}" to the builder: it has changed since it was looked at',
            hint="build again when it stays as it is",
        )
        self.path = path


def contents(context: BuildContext) -> Iterator[tuple[ContextEntry, Iterable[bytes]]]:
    """Yield each entry with its content in pieces; of a link the content is its target."""
    blobs = [entry.source for entry in context.entries if isinstance(entry.source, str)]
    read = iter(context.read(blobs))
    for entry in context.entries:
        if isinstance(entry.source, Path):
            yield entry, _checked(entry.source, entry)
        else:
            size, pieces = next(read)
            yield replace(entry, size=size), pieces


def permissions_of(entry: ContextEntry) -> int:
    """Return the mode bits of a file."""
    return 0o755 if entry.mode == EXECUTABLE else 0o644


def archive(context: BuildContext, added: Mapping[str, bytes]) -> Iterator[bytes]:
    """Write the context as a tar archive; *added* are further files, which win over its own."""
    folders: set[str] = set()
    for entry, pieces in contents(context):
        if entry.path in added:
            continue
        for folder in _new_folders(entry.path, folders):
            yield _header(f"{folder}/", tar.DIRECTORY, 0o755, 0, context.time)
        if entry.mode == SYMLINK:
            target = os.fsdecode(b"".join(pieces))
            yield _header(entry.path, tar.SYMLINK, 0o777, 0, context.time, target)
            continue
        mode = permissions_of(entry)
        yield _header(entry.path, tar.REGULAR, mode, entry.size, context.time)
        yield from pieces
        yield tar.padding(entry.size)
    for path, content in sorted(added.items()):
        yield _header(path, tar.REGULAR, 0o644, len(content), context.time)
        yield content + tar.padding(len(content))
    yield tar.trailer()


def write_folder(context: BuildContext, folder: Path) -> None:
    """Write the context below *folder*, which exists."""
    folders: set[str] = set()
    for entry, pieces in contents(context):
        for above in _new_folders(entry.path, folders):
            (folder / above).mkdir()
        path = folder / entry.path
        if entry.mode == SYMLINK:
            path.symlink_to(os.fsdecode(b"".join(pieces)))
        else:
            with path.open("wb") as file:
                file.writelines(pieces)
            path.chmod(permissions_of(entry))
        os.utime(path, (context.time, context.time), follow_symlinks=False)
    for above in sorted(folders, reverse=True):
        (folder / above).chmod(0o755)
        os.utime(folder / above, (context.time, context.time))


def _new_folders(path: str, known: set[str]) -> Iterator[str]:
    """Yield the folders above *path* that are not in *known*, outermost first, and add them."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        folder = "/".join(parts[:count])
        if folder not in known:
            known.add(folder)
            yield folder


def _checked(path: Path, entry: ContextEntry) -> Iterator[bytes]:
    hasher, size = sha256(), 0
    for piece in file_pieces(path, entry.mode):
        size += len(piece)
        if size > entry.size:
            raise ContextChangedError(path)
        hasher.update(piece)
        yield piece
    if hasher.hexdigest() != entry.digest:
        raise ContextChangedError(path)


def file_pieces(path: Path, mode: int) -> Iterator[bytes]:
    """Yield the content of a file of the work tree, of a link its target."""
    if mode == SYMLINK:
        yield os.fsencode(path.readlink())
        return
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _header(name: str, kind: bytes, mode: int, size: int, time: int, link: str = "") -> bytes:
    return tar.header(name, kind, mode=mode, uid=0, gid=0, size=size, mtime=time, link=link)
