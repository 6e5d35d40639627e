"""What of an image a first layer of git content would destroy. Pure, given the image's facts.

An image engine lets a file replace a folder with all that is in it. For what git itself brought
that is right; for what was there before (`/etc`, `/usr`) it is a slip in the configuration.
"""

import posixpath
from collections.abc import Iterable, Mapping

from stages.light_dataclass import dataclass
from stages.mapping import GitMapping
from werfish.errors import PlacedError
from werfish.oci.facts import ImageTree
from werfish.oci.layer import EntryKind, LayerEntry


class InTheWayError(PlacedError):
    """Git content comes where there is something that it would destroy."""

    def __init__(
        self, path: str, problem: str, *, hint: str = "", line: int = 0, image: str = ""
    ) -> None:
        """Name the *path* in the image, and the *problem* with it; *line* is the mapping's."""
        into = f'image "{image}"' if image else "the image"
        super().__init__(
            f'write git content into {into}: "/{path}" {problem}',
            hint=hint or "correct git.to, or remove what is there in beforeInstall",
        )
        self.path, self.problem, self.line = path, problem, line

    def named(self, image: str) -> "InTheWayError":
        """Return this as an error of *image*."""
        return InTheWayError(self.path, self.problem, hint=self.hint, line=self.line, image=image)


@dataclass(frozen=True, slots=True)
class Origin:
    """Whence something in a layer comes: *path* of the tree, by *mapping*."""

    mapping: GitMapping
    path: str


def file_over_folder(path: str, origin: Origin) -> InTheWayError:
    """Return the error of a file, which *origin* is, that comes where the image has a folder."""
    mapping, hint = origin.mapping, "correct git.to, or leave the file out with excludePaths"
    if origin.path == mapping.tree_path:
        hint = f"write to: {posixpath.join(mapping.to, posixpath.basename(origin.path))}"
    problem = f'is a folder in the image, and "/{origin.path}" is a file'
    return InTheWayError(path, problem, hint=hint, line=mapping.line)


def require_nothing_in_the_way(
    entries: Iterable[LayerEntry], tree: ImageTree, origins: Mapping[str, Origin]
) -> None:
    """Check that *entries* put no file over a full folder of *tree*, and no folder over a file.

    *origins* are those of the files among the entries, by path.
    """
    # Nothing can be in a folder that is not in the image: those are not asked about.
    known = {""}
    for entry in sorted(entries, key=lambda entry: entry.path):
        if posixpath.dirname(entry.path) not in known:
            continue
        fact = tree.lookup(entry.path)
        if fact is None:
            continue
        is_folder = fact.kind is EntryKind.DIRECTORY
        if entry.kind is EntryKind.DIRECTORY:
            if not is_folder:
                raise InTheWayError(
                    entry.path,
                    "is no folder in the image, and a folder comes",
                    line=_line_below(entry.path, origins),
                )
            known.add(entry.path)
        elif is_folder and any(tree.names_below(entry.path)):
            raise file_over_folder(entry.path, origins[entry.path])


def _line_below(folder: str, origins: Mapping[str, Origin]) -> int:
    """Return the line of what brings a file into *folder*; 0 where nothing does."""
    start = f"{folder}/"
    lines = (origin.mapping.line for path, origin in origins.items() if path.startswith(start))
    return next(lines, 0)
