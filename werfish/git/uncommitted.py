"""What in a work tree is not as a commit has it, by content and not by what an index believes.

Files that are ignored, or that git was told not to look at, are not overlooked. Content is compared
as git would store it; executable bits do not count.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha1, sha256
from pathlib import Path

from stages.sources import SUBMODULE, SYMLINK, TreeEntry
from werfish.git.command import bytes_of, run_git
from werfish.git.errors import OutsideWorkTreeError
from werfish.git.objects import contents_of
from werfish.git.refs import has_commit
from werfish.git.tree import entries_at, entries_of

_SHA1_DIGITS = 40
_PIECE = 1 << 20


def among(root: Path, commit: str, paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of *paths* that differ from *commit*; what is outside of *root* does."""
    asked = {path: _inside(root, path) for path in paths}
    names = [name for name in asked.values() if name is not None]
    differing = set(_differing_with_modules(root, commit, names))
    return tuple(path for path, name in asked.items() if name is None or name in differing)


def below(root: Path, commit: str, folder: Path) -> tuple[Path, ...]:
    """Return what differs from *commit* below *folder*, and where links in it lead to."""
    differing: set[Path] = set()
    left, seen = [folder], set()
    while left:
        place = left.pop()
        if place in seen:
            continue
        seen.add(place)
        paths = _all_below(root, commit, place) if _is_folder(place) else [place]
        differing.update(among(root, commit, paths))
        left.extend(path.resolve() for path in paths if path.is_symlink())
    return tuple(sorted(differing))


def folder_inside(root: Path, folder: Path) -> str:
    """Return *folder* relative to *root*; one outside is an `OutsideWorkTreeError`."""
    real = folder.resolve()
    if not real.is_relative_to(root):
        raise OutsideWorkTreeError(folder, root)
    return _relative(root, real)


def _is_folder(path: Path) -> bool:
    """Tell whether *path* is no file: what is only in the commit is a folder there, if anything."""
    return path.is_dir() or not os.path.lexists(path)


def _all_below(root: Path, commit: str, folder: Path) -> list[Path]:
    """Return the files and links below *folder*, of the work tree and of *commit*."""
    if not folder.resolve().is_relative_to(root):
        return [folder]
    inside = folder_inside(root, folder)
    prefix = f"{inside}/" if inside else ""
    committed = (f"{prefix}{entry.path}" for entry in entries_of(root, commit, prefix))
    own = [folder] if folder.is_symlink() else []
    return own + [root / path for path in sorted({*committed, *_walked(root, inside)})]


def _walked(root: Path, folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(root / folder):
        folders[:] = [name for name in folders if name != ".git"]
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in (*files, *links):
            if name != ".git":
                yield (Path(place) / name).relative_to(root).as_posix()


def _inside(root: Path, path: Path) -> str | None:
    """Return *path* relative to *root*; a link at its end stands for itself."""
    real = path.parent.resolve() / path.name
    return _relative(root, real) if real.is_relative_to(root) else None


def _relative(root: Path, path: Path) -> str:
    return "" if path == root else path.relative_to(root).as_posix()


def _differing_with_modules(root: Path, commit: str, paths: Sequence[str]) -> Iterator[str]:
    """Yield those of *paths* that differ; in a submodule, from the commit recorded of it."""
    entries = entries_at(root, commit, paths)
    unknown = [path for path in paths if path not in entries]
    modules = _modules_above(root, commit, unknown)
    for module, oid in modules.items():
        inside = [path for path in unknown if path.startswith(f"{module}/")]
        steps = [path.removeprefix(f"{module}/") for path in inside]
        for step in _differing_with_modules(root / module, oid, steps):
            yield f"{module}/{step}"
    ways = tuple(f"{module}/" for module in modules)
    yield from _differing(root, entries, [path for path in paths if not path.startswith(ways)])


def _modules_above(root: Path, commit: str, paths: Iterable[str]) -> dict[str, str]:
    """Return the submodules that *paths* lie in, checked out, and the commit recorded of each."""
    above = {way for path in paths for way in _ways_to(path)}
    return {
        path: entry.oid
        for path, entry in entries_at(root, commit, sorted(above)).items()
        if entry.mode == SUBMODULE
        and (root / path / ".git").exists()
        and has_commit(root / path, entry.oid)
    }


def _ways_to(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _differing(root: Path, entries: Mapping[str, TreeEntry], paths: Iterable[str]) -> Iterator[str]:
    """Yield those of *paths* whose file or link in the work tree is not its entry's."""
    files: list[str] = []
    links: list[str] = []
    for path in sorted(set(paths)):
        entry, mode = entries.get(path), _mode_of(root / path)
        if entry is None or mode is None:
            if entry is not None or mode is not None:
                yield path
        elif stat.S_ISLNK(mode) and entry.mode == SYMLINK:
            links.append(path)
        elif stat.S_ISREG(mode) and entry.mode not in (SYMLINK, SUBMODULE):
            files.append(path)
        elif not (stat.S_ISDIR(mode) and entry.mode == SUBMODULE):
            yield path
    yield from _differing_files(root, entries, files)
    targets = contents_of(root, [entries[path].oid for path in links])
    for path, target in zip(links, targets, strict=True):
        if target != os.fsencode((root / path).readlink()):
            yield path


def _differing_files(
    root: Path, entries: Mapping[str, TreeEntry], paths: Sequence[str]
) -> Sequence[str]:
    """Return those of *paths* that neither git's filters nor their plain bytes make the same."""
    left = [path for path in paths if not _is_plainly(root / path, entries[path].oid)]
    oids = _oids_of(root, left) if left else []
    return [path for path, oid in zip(left, oids, strict=True) if oid != entries[path].oid]


def _is_plainly(path: Path, oid: str) -> bool:
    """Whether the very bytes of the file at *path* are the blob *oid*."""
    hasher = sha1(usedforsecurity=False) if len(oid) == _SHA1_DIGITS else sha256()
    try:
        with path.open("rb") as file:
            hasher.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while piece := file.read(_PIECE):
                hasher.update(piece)
    except OSError:
        return False
    return hasher.hexdigest() == oid


def _oids_of(root: Path, paths: Sequence[str]) -> list[str]:
    """Return the ids of the blobs that git would make of the files at *paths*."""
    request = b"".join(_quoted(path) + b"\n" for path in paths)
    return run_git(root, "hash-object", "--stdin-paths", stdin=request).text.split()


def _quoted(path: str) -> bytes:
    r"""Return *path* in git's quotes, which a name with a line break cannot do without."""
    escaped = bytes_of(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def _mode_of(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
