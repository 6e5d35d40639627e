"""The files that a configuration is read from: those below one folder, and nothing else.

Whatever is read or looked for is recorded, so that it can be told which of it is uncommitted. Where
a commit is read and the work tree stands *beside* it, both are asked: what is only in the work tree
is recorded and taken, so that one run finds everything that would have to be committed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.config.errors import MissingFileError, OutsideFolderError, UnreadableConfigError
from werfish.config.folder_tree import read_regular
from werfish.config.glob import matches, split_glob, walk
from werfish.config.resolve import Found, resolve
from werfish.config.submodules import unfetched
from werfish.config.tree import FileTree, Kind

_REASONS = {
    Kind.FOLDER: "is a directory",
    Kind.OTHER: "it is not a regular file",
    Kind.LOOP: "too many levels of symbolic links",
}


@dataclass(frozen=True, slots=True)
class Matches:
    """What a glob matches: files by their path, and the paths that lead *outside*."""

    contents: dict[str, bytes | UnreadableConfigError]
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A template to be included: its *name*, its path as messages show it, and its content."""

    name: str
    shown: str
    content: bytes


class ConfigFiles:
    """Files of *tree*, which is what is below the folder *root*; paths are relative to that.

    Messages show a path below *shown*. A path that leads out is an `OutsideFolderError`.
    """

    def __init__(
        self, root: Path, tree: FileTree, *, beside: FileTree | None = None, shown: Path = Path()
    ) -> None:
        """Read from *tree*; see the module for what is *beside* it."""
        self.root = root
        self._trees = (tree,) if beside is None else (tree, beside)
        self._shown = shown
        self._seen: set[Path] = set()
        self._differing: set[Path] = set()

    @property
    def seen(self) -> frozenset[Path]:
        """The files and links that were read, looked for and found, or matched."""
        return frozenset(self._seen)

    @property
    def differing(self) -> frozenset[Path]:
        """Those that are one thing in the tree, and another beside it."""
        return frozenset(self._differing)

    def shown(self, path: str) -> str:
        """Return *path* for people."""
        return str(self._shown / path)

    def read(self, path: str, *, may_lead_out: bool = False) -> bytes:
        """Return the content of the file at *path*.

        One that the user named *may lead out*, unless it is to come from a commit.
        """
        tree, found = self._find(path)
        if found.kind is Kind.OUTSIDE and may_lead_out and len(self._trees) == 1:
            return self._read_outside(path)
        if found.kind is Kind.ABSENT:
            lacking = unfetched(tree, path)
            if found.links and not lacking:
                lacking = "the link leads to nothing"
            raise MissingFileError(self.shown(path), lacking and f": {lacking}")
        self._refuse_outside(path, found)
        if found.kind is not Kind.FILE:
            raise UnreadableConfigError(self.shown(path), _REASONS[found.kind])
        (content,) = tree.contents([found.path])
        return _content(content, self.shown(path))

    def exists(self, path: str) -> bool:
        """Tell whether there is anything at *path*."""
        return self._kind(path) not in (Kind.ABSENT, Kind.LOOP)

    def is_folder(self, path: str) -> bool:
        """Tell whether *path* is a folder."""
        return self._kind(path) is Kind.FOLDER

    def is_dangling(self, path: str) -> bool:
        """Tell whether there is a link at *path* that leads to nothing."""
        _, found = self._find(path)
        return found.kind is Kind.LOOP or (found.kind is Kind.ABSENT and bool(found.links))

    def has_folder(self, path: str) -> bool:
        """Tell whether the folder that the user named is there, the root itself too."""
        if path:
            return self.is_folder(path)
        return self.root.is_dir() or any(tree.children("") for tree in self._trees)

    def unfetched(self, path: str, *, below: bool = False) -> str:
        """Return what to do where a submodule with *path*, or *below* it, is not checked out."""
        return unfetched(self._trees[0], path, below=below)

    def glob(self, pattern: str, base: str = "") -> Matches:
        """Return what *pattern* matches below the folder *base*, by paths relative to that."""
        folder, rest = split_glob(pattern)
        found = self._below(f"{base}/{folder}", lambda tree, top: matches(tree, top, rest))
        outside = [name for name, (_, one) in found.items() if one.kind is Kind.OUTSIDE]
        contents: dict[str, bytes | UnreadableConfigError] = {}
        for name, content in self._contents(found):
            path = _joined(folder, name)
            if isinstance(content, OSError):
                contents[path] = _unreadable(self.shown(path), content)
            else:
                contents[path] = content
        return Matches(contents, tuple(_joined(folder, name) for name in outside))

    def fragments(self, folder: str, suffix: str, warn: Callable[[str], None]) -> list[Fragment]:
        """Return the files below *folder* whose names end with *suffix*, sorted by name.

        *warn* hears of links that lead to nothing.
        """
        found = self._below(folder, lambda tree, top: _ending(tree, top, suffix))
        for name, (_, one) in found.items():
            path = _joined(folder, name)
            self._refuse_outside(path, one)
            if one.kind is Kind.ABSENT:
                warn(f"{self.shown(path)} is passed over: the link leads to nothing")
            elif one.kind in (Kind.OTHER, Kind.LOOP):
                raise UnreadableConfigError(self.shown(path), _REASONS[one.kind])
        return [
            Fragment(name, shown, _content(content, shown))
            for name, content in self._contents(found)
            for shown in (self.shown(_joined(folder, name)),)
        ]

    def _below(
        self, folder: str, select: Callable[[FileTree, str], Iterator[tuple[str, Kind]]]
    ) -> dict[str, tuple[FileTree, Found]]:
        """Return what *select* picks below *folder* of each tree, by its path from there."""
        below: dict[str, tuple[FileTree, Found]] = {}
        for tree in reversed(self._trees):
            top = self._note(resolve(tree, folder))
            if tree is self._trees[0]:
                self._refuse_outside(folder, top)
            for name, kind in select(tree, top.path) if top.kind is Kind.FOLDER else ():
                path = _joined(top.path, name)
                one = resolve(tree, path) if kind is Kind.LINK else Found(kind, path)
                below[name] = tree, self._note(one)
        return dict(sorted(below.items()))

    def _contents(
        self, found: dict[str, tuple[FileTree, Found]]
    ) -> Iterator[tuple[str, bytes | OSError]]:
        """Yield the content of every file in *found*, in the order of names."""
        contents: dict[str, bytes | OSError] = {}
        for tree in self._trees:
            files = {
                name: one.path
                for name, (place, one) in found.items()
                if place is tree and one.kind is Kind.FILE
            }
            contents.update(zip(files, tree.contents(list(files.values())), strict=True))
        return iter(sorted(contents.items()))

    def _kind(self, path: str) -> Kind:
        _, found = self._find(path)
        self._refuse_outside(path, found)
        return found.kind

    def _find(self, path: str) -> tuple[FileTree, Found]:
        """Return what is at *path*, and in which tree: the first, unless it is only beside it."""
        tree, *others = self._trees
        found = self._note(resolve(tree, path))
        for beside in others:
            other = self._note(resolve(beside, path))
            if other.kind is not found.kind:
                self._differing.add(self.root / (found.path or other.path))
            if found.kind is Kind.ABSENT and other.kind is not Kind.ABSENT:
                return beside, other
        return tree, found

    def _note(self, found: Found) -> Found:
        self._seen.update(self.root / link for link in found.links)
        if found.kind is Kind.FILE:
            self._seen.add(self.root / found.path)
        return found

    def _refuse_outside(self, path: str, found: Found) -> None:
        if found.kind is Kind.OUTSIDE:
            raise OutsideFolderError(self.shown(path), self.root)

    def _read_outside(self, path: str) -> bytes:
        try:
            return read_regular(self.root / path)
        except OSError as error:
            raise _unreadable(self.shown(path), error) from error


def _ending(tree: FileTree, folder: str, suffix: str) -> Iterator[tuple[str, Kind]]:
    return (pair for pair in walk(tree, folder) if pair[0].endswith(suffix))


def _content(content: bytes | OSError, shown: str) -> bytes:
    if isinstance(content, OSError):
        raise _unreadable(shown, content) from content
    return content


def _unreadable(shown: str, error: OSError) -> UnreadableConfigError:
    return UnreadableConfigError(shown, (error.strerror or str(error)).lower())


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
