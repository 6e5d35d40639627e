"""Where a path of the configuration really lies in an image, and the folders above it. Pure.

Symbolic links are followed inside the image only, as a kernel would with the image as root:
absolute targets start at the image's root, and ``..`` does not lead out of it.
"""

from collections import deque
from collections.abc import Iterable

from werfish.errors import BuildError
from werfish.oci.facts import Fact, ImageTree
from werfish.oci.layer import EntryKind, LayerEntry

MOST_LINKS = 40
"""How many links one path may lead through, as in Linux."""
NEW_FOLDER = 0o755


class LinkLoopError(BuildError):
    """A path of the image leads through symbolic links without end."""

    def __init__(self, path: str) -> None:
        """Name the *path* as it was asked for."""
        super().__init__(f'resolve "/{path}" in the image: too many symbolic links')
        self.path = path


def resolve(path: str, tree: ImageTree, folders: dict[str, str] | None = None) -> str:
    """Return where *path* lies in *tree*: links in its folders followed, not the last one.

    What does not exist stays as it is written. *folders* remembers folders between calls on one
    tree.
    """
    folder, _, name = path.strip("/").rpartition("/")
    known = folders if folders is not None else {}
    if folder not in known:
        known[folder] = resolve_folder(folder, tree)
    return f"{known[folder]}/{name}" if known[folder] else name


def resolve_folder(path: str, tree: ImageTree) -> str:
    """Return where folder *path* lies in *tree*, all links followed; empty for the root."""
    done: list[str] = []
    todo = deque(path.split("/"))
    links = 0
    while todo:
        name = todo.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            done = done[:-1]
            continue
        fact = tree.lookup("/".join([*done, name]))
        if fact is None or fact.kind is not EntryKind.SYMLINK:
            done.append(name)
            continue
        links += 1
        if links > MOST_LINKS:
            raise LinkLoopError(path)
        done = [] if fact.link.startswith("/") else done
        todo.extendleft(reversed(fact.link.split("/")))
    return "/".join(done)


def parents(paths: Iterable[str], tree: ImageTree, mtime: int) -> tuple[LayerEntry, ...]:
    """Return an entry for every folder above the resolved *paths*, each once, sorted.

    A folder that *tree* has keeps its mode, owner and time; one that it has not (or where it has a
    file) is new: 0755, root's, with *mtime*.
    """
    folders = {folder for path in paths for folder in folders_above(path)}
    return tuple(_folder(folder, tree.lookup(folder), mtime) for folder in sorted(folders))


def folders_above(path: str) -> tuple[str, ...]:
    """Return the folders above *path*, outermost first, without the root."""
    names = path.split("/")[:-1]
    return tuple("/".join(names[: count + 1]) for count in range(len(names)))


def _folder(path: str, fact: Fact | None, mtime: int) -> LayerEntry:
    if fact is None or fact.kind is not EntryKind.DIRECTORY:
        return LayerEntry(path, EntryKind.DIRECTORY, mode=NEW_FOLDER, mtime=mtime)
    return LayerEntry(
        path, EntryKind.DIRECTORY, mode=fact.mode, uid=fact.uid, gid=fact.gid, mtime=fact.mtime
    )
