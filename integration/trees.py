"""The tree of an image, seen in several ways, as values that can be compared."""

import hashlib
import io
import json
import os
import stat
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from integration.test_build import docker

_KINDS = {
    **{tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file", tarfile.DIRTYPE: "folder"},
    **{tarfile.SYMTYPE: "link", tarfile.LNKTYPE: "file", tarfile.FIFOTYPE: "pipe"},
    **{tarfile.CHRTYPE: "device", tarfile.BLKTYPE: "device"},
}
_MODES = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe"}
_CAPABILITY = "security.capability"
_OF_CONTAINERS = (
    *(".dockerenv", "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab"),
    *("dev", "dev/console", "dev/pts", "dev/shm", "proc", "sys"),
)
"""What a daemon makes in a container's own layer, wherever the image has it or not."""
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass(frozen=True, slots=True)
class Node:
    """One path: *what* it is (a link's target, the digest of a content), and for whom.

    The mode of a link means nothing, and is 0 here.
    """

    kind: str
    mode: int
    uid: int
    gid: int
    mtime: int
    what: str = ""
    capability: str = ""

    def timeless(self) -> "Node":
        """Return the same without its time."""
        return replace(self, mtime=0)


Tree = Mapping[str, Node]


class NoFolderError(AssertionError):
    """A layer puts something where there is no folder: unpackers differ in what they make of it."""


@dataclass(frozen=True)
class SavedImage:
    """An image as ``docker save`` writes it."""

    archive: bytes

    @cached_property
    def manifest(self) -> Mapping[str, list[str]]:
        """Return its line of ``manifest.json``."""
        found: Mapping[str, list[str]] = json.loads(self.content("manifest.json"))[0]
        return found

    @cached_property
    def config(self) -> dict[str, object]:
        """Return its configuration."""
        found: dict[str, object] = json.loads(self.content(str(self.manifest["Config"])))
        return found

    def content(self, name: str) -> bytes:
        """Return a file of the archive."""
        with tarfile.open(fileobj=io.BytesIO(self.archive)) as archive:
            file = archive.extractfile(name)
            assert file is not None, name
            return file.read()

    def layers(self) -> Iterator[tarfile.TarFile]:
        """Yield its layers, the lowest first."""
        for name in self.manifest["Layers"]:
            with tarfile.open(fileobj=io.BytesIO(self.content(name))) as layer:
                yield layer


def saved_image(reference: str) -> SavedImage:
    """Return the image *reference* as the daemon saves it."""
    done = subprocess.run(["docker", "save", reference], check=True, capture_output=True)
    return SavedImage(done.stdout)


def mounted_tree(reference: str) -> Tree:
    """Return the tree as the daemon mounts it for a container, which is not started."""
    container = docker("create", reference, "true")
    try:
        done = subprocess.run(["docker", "export", container], check=True, capture_output=True)
    finally:
        docker("rm", "-f", "-v", container)
    tree: dict[str, Node] = {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        _add(archive, tree)
    return without_own(tree)


def unpacked_tree(image: SavedImage) -> Tree:
    """Return the tree by the image specification alone: one layer put upon the other."""
    tree: dict[str, Node] = {}
    for layer in image.layers():
        _hide(layer, tree)
        _add(layer, tree)
    return without_own(tree)


def folder_tree(folder: Path) -> Tree:
    """Return the tree that is mounted at *folder*."""
    tree = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            tree[str(path.relative_to(folder))] = _node_at(path)
    return without_own(tree)


def without_own(tree: Tree) -> Tree:
    """Return *tree* without what a container gets of its own, and its trace."""
    own = {path: node for path, node in tree.items() if path not in _OF_CONTAINERS}
    return {path: node.timeless() if path == "etc" else node for path, node in own.items()}


def timeless(tree: Tree) -> Tree:
    """Return *tree* without times."""
    return {path: node.timeless() for path, node in tree.items()}


def differences(one: Tree, other: Tree) -> list[str]:
    """Return a line for each path that differs."""
    paths = sorted({*one, *other})
    return [
        f"{path}: {one.get(path)} / {other.get(path)}"
        for path in paths
        if one.get(path) != other.get(path)
    ]


def _hide(layer: tarfile.TarFile, tree: dict[str, Node]) -> None:
    """Remove what *layer* hides of the layers below it, before anything of its own is added."""
    for member in layer:
        path = PurePosixPath(member.name)
        if path.name == _OPAQUE:
            _remove_below(tree, path.parent)
        elif path.name.startswith(_WHITEOUT):
            gone = path.with_name(path.name.removeprefix(_WHITEOUT))
            tree.pop(_name(gone), None)
            _remove_below(tree, gone)


def _add(archive: tarfile.TarFile, tree: dict[str, Node]) -> None:
    for member in archive:
        path = PurePosixPath(member.name)
        if _name(path) == "." or path.name.startswith(_WHITEOUT):
            continue
        _check_parent(tree, path)
        node = _node_of(archive, member, tree)
        if node.kind != "folder":
            _remove_below(tree, path)
        tree[_name(path)] = node


def _check_parent(tree: Tree, path: PurePosixPath) -> None:
    parent = _name(path.parent)
    if parent != "." and (parent not in tree or tree[parent].kind != "folder"):
        raise NoFolderError(f"{path}: {tree.get(parent)}")


def _node_of(archive: tarfile.TarFile, member: tarfile.TarInfo, tree: Tree) -> Node:
    if member.islnk():
        return tree[_name(PurePosixPath(member.linkname))]
    what = member.linkname
    if member.isfile():
        file = archive.extractfile(member)
        what = hashlib.sha256(file.read() if file else b"").hexdigest()
    kind = _KINDS[member.type]
    return Node(
        kind,
        0 if kind == "link" else member.mode & 0o7777,
        member.uid,
        member.gid,
        int(member.mtime),
        what,
        member.pax_headers.get(f"SCHILY.xattr.{_CAPABILITY}", ""),
    )


def _node_at(path: Path) -> Node:
    found = path.lstat()
    kind = _MODES.get(stat.S_IFMT(found.st_mode), "device")
    what = os.readlink(path) if kind == "link" else ""  # noqa: PTH115 - pathlib tidies it
    if kind == "file":
        what = hashlib.sha256(path.read_bytes()).hexdigest()
    capability = ""
    with suppress(OSError):
        value = os.getxattr(path, _CAPABILITY, follow_symlinks=False)
        capability = value.decode("utf-8", "surrogateescape")
    mode = 0 if kind == "link" else stat.S_IMODE(found.st_mode)
    owner = found.st_uid, found.st_gid
    return Node(kind, mode, *owner, int(found.st_mtime), what, capability)


def _remove_below(tree: dict[str, Node], path: PurePosixPath) -> None:
    prefix = f"{_name(path)}/"
    for name in [name for name in tree if name.startswith(prefix)]:
        del tree[name]


def _name(path: PurePosixPath) -> str:
    return str(path).strip("/") or "."
