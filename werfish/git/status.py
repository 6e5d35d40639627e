"""Uncommitted changes, to be told of: nothing is built from them."""

from collections.abc import Iterator
from pathlib import Path

from werfish.git.command import run_git, text_of

_FIELDS_BEFORE_PATH = {"1": 8, "u": 10, "?": 1}
"""How many fields a record of each kind has before the path: git-status(1), porcelain 2."""


def dirty_paths_of(root: Path, prefix: str = "") -> tuple[str, ...]:
    """Return the paths below *prefix* that differ from HEAD, or are new and not ignored.

    They are sorted and relative to *prefix*, which is as for `werfish.git.tree.entries_of`.
    """
    options = ("--porcelain=v2", "-z", "--untracked-files=all", "--no-renames")
    folder = ("--", prefix) if prefix else ()
    listing = run_git(root, "status", *options, *folder).stdout
    return tuple(sorted(path[len(prefix) :] for path in _paths(text_of(listing))))


def _paths(listing: str) -> Iterator[str]:
    for record in listing.split("\0"):
        before = _FIELDS_BEFORE_PATH.get(record[:1])
        if before is not None:
            yield record.split(" ", before)[before]
