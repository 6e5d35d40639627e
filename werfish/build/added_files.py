"""``contextAddFiles``: files of the work tree that a context gets beside those of the commit."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from stages.dockerfile import DockerfileSpec
from stages.sources import EXECUTABLE, FILE, SYMLINK
from werfish.containers.context import ContextEntry, file_pieces
from werfish.errors import PlacedError

_ANY_EXECUTE = 0o111


class NoAddedFileError(PlacedError):
    """A file that the context is to get is not there, or is outside of the context."""

    key = "contextAddFiles"

    def __init__(self, image: DockerfileSpec, path: Path, problem: str) -> None:
        """Name the image and the file."""
        super().__init__(
            f'read contextAddFiles of image "{image.title}": "{path}": {problem}',
            hint="make the file before the build, or take it out of contextAddFiles",
        )
        self.path = path


def added_entries(image: DockerfileSpec, work_tree: Path) -> Iterator[ContextEntry]:
    """Yield the files that *image* adds; of a folder everything in it, links as links."""
    context = work_tree / image.context
    for name in image.context_add_files:
        path = context / name
        if not os.path.lexists(path):
            raise NoAddedFileError(image, path, "there is no such file")
        if not path.parent.resolve().is_relative_to(context.resolve()):
            raise NoAddedFileError(image, path, "it is outside of the context")
        for one in sorted(_files(path)):
            yield _entry(one, os.path.normpath(one.relative_to(context)))


def _files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for folder, names, files in os.walk(path):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in (*files, *links))


def _entry(path: Path, name: str) -> ContextEntry:
    found = path.lstat()
    mode = EXECUTABLE if found.st_mode & _ANY_EXECUTE else FILE
    if path.is_symlink():
        mode = SYMLINK
    hasher, size = sha256(), 0
    for piece in file_pieces(path, mode):
        hasher.update(piece)
        size += len(piece)
    return ContextEntry(name, mode, size, path, hasher.hexdigest())
