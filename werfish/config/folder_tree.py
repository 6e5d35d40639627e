"""A folder on disk as a tree of files. Only regular files are opened, and ``.git`` is not there."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from werfish.config.tree import Kind

_GIT = ".git"


class FolderTree:
    """What is below the folder *root*; it satisfies `werfish.config.tree.FileTree`."""

    def __init__(self, root: Path) -> None:
        """Read below *root*, which may itself be reached by links."""
        self.root = root

    def kind(self, path: str) -> Kind:
        """Return what is at *path*."""
        if any(_is_git(name) for name in path.split("/")):
            return Kind.ABSENT
        try:
            return _kind_of((self.root / path).stat(follow_symlinks=not path).st_mode)
        except (OSError, ValueError):
            return Kind.ABSENT

    def target(self, path: str) -> str:
        """Return where the link at *path* points."""
        return os.readlink(self.root / path)  # noqa: PTH115 - text, as it was written

    def children(self, path: str) -> Sequence[tuple[str, Kind]]:
        """Return the names and kinds in the folder at *path*."""
        try:
            with os.scandir(self.root / path) as found:
                entries = [(entry.name, _kind_of_entry(entry)) for entry in found]
        except OSError:
            return ()
        return sorted((pair for pair in entries if not _is_git(pair[0])), key=lambda pair: pair[0])

    def contents(self, paths: Sequence[str]) -> Iterator[bytes | OSError]:
        """Yield the content of each of *paths*, or why it cannot be read."""
        for path in paths:
            try:
                yield read_regular(self.root / path, follow=False)
            except OSError as error:
                yield error


def read_regular(path: Path, *, follow: bool = True) -> bytes:
    """Return the content of the file at *path*; what is no regular file is an `OSError`.

    It is opened so that nothing hangs, and unless *follow* no link at its end leads elsewhere.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    handle = os.open(path, flags)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _is_git(name: str) -> bool:
    return name.casefold() == _GIT


def _kind_of(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER


def _kind_of_entry(entry: "os.DirEntry[str]") -> Kind:
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.FOLDER
    return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.OTHER
