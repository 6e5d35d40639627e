"""What of an image a first layer of git content would destroy. Pure, given the image's facts.

An image engine lets a file replace a folder with all that is in it. For what git itself brought
that is right; for what was there before (`/etc`, `/usr`) it is a slip in the configuration.
"""

import posixpath
from collections.abc import Iterable

from werfish.errors import PlacedError
from werfish.oci.facts import ImageTree
from werfish.oci.layer import EntryKind, LayerEntry


class InTheWayError(PlacedError):
    """Git content comes where there is something that it would destroy."""

    def __init__(self, path: str, problem: str, *, hint: str = "") -> None:
        """Name the *path* in the image, and the *problem* with it."""
        super().__init__(
            f'write git content into the image: "/{path}" {problem}',
            hint=hint or "correct git.to, or remove what is there in beforeInstall",
        )
        self.path = path


def require_nothing_in_the_way(entries: Iterable[LayerEntry], tree: ImageTree) -> None:
    """Check that *entries* put no file over a full folder of *tree*, and no folder over a file."""
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
                raise InTheWayError(entry.path, "is no folder in the image, and a folder comes")
            known.add(entry.path)
        elif is_folder and any(tree.names_below(entry.path)):
            raise InTheWayError(entry.path, "is a folder in the image, and no folder comes")
