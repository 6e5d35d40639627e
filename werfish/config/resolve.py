"""Follow a path through a tree, links included, and never out of it.

This is done by hand and not by the system, so that a commit is read as its checkout would be, and
so that no step is taken outside. An absolute link leads out wherever it points: what it means
depends on where the tree was checked out.
"""

from stages.light_dataclass import dataclass
from werfish.config.tree import FileTree, Kind

MOST_LINKS = 40
"""As many as Linux follows."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to: its *kind*, the real *path*, and the *links* that were followed."""

    kind: Kind
    path: str = ""
    links: tuple[str, ...] = ()


def resolve(tree: FileTree, path: str) -> Found:
    """Return what *path* leads to in *tree*; a slash at its beginning means nothing."""
    done: list[str] = []
    links: list[str] = []
    left = names_of(path)[::-1]
    kind = Kind.FOLDER
    while left:
        name = left.pop()
        if kind is not Kind.FOLDER:
            return Found(Kind.ABSENT, "/".join((*done, name)), tuple(links))
        if name == "..":
            if not done:
                return Found(Kind.OUTSIDE, path, tuple(links))
            done.pop()
            continue
        here = "/".join((*done, name))
        kind = tree.kind(here)
        if kind is not Kind.LINK:
            done.append(name)
            continue
        links.append(here)
        target = tree.target(here)
        if target.startswith("/") or len(links) > MOST_LINKS:
            stopped = Kind.OUTSIDE if target.startswith("/") else Kind.LOOP
            return Found(stopped, path, tuple(links))
        left.extend(names_of(target)[::-1])
        kind = Kind.FOLDER
    return Found(kind, "/".join(done), tuple(links))


def names_of(path: str) -> list[str]:
    """Return the names that *path* consists of; ``..`` is one."""
    return [name for name in path.split("/") if name not in ("", ".")]
