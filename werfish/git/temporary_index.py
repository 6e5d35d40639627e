"""The work tree as a tree object, by an index of our own: the user's is copied and never written.

What a killed process leaves of it is an unfinished file like others, and goes with them.
No hook and no file monitor runs. Filters run where the user's configuration has them, since they
say what git stores of a file.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from werfish.git.command import bytes_of, complaint_of, run_git, text_of
from werfish.git.errors import UntakenWorkTreeError, UnwritableRecordError
from werfish.process import Completed

QUIET = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.splitIndex": "false",
    "core.untrackedCache": "false",
    "core.safecrlf": "false",
    "advice.addEmbeddedRepo": "false",
}
"""Settings under which git runs no hook, writes nothing beside the index, and does not complain."""


def tree_of_work_tree(root: Path, folder: Path) -> str:
    """Return the id of a tree with everything in the work tree at *root* but for ignored files.

    Only objects are written, and the index, for this time, into *folder*. It is what ``git add
    --all`` would commit, with files that the user told git not to look at.
    """
    with _index_in(folder) as index:
        _copy_index(root, index)
        git = partial(run_git, root, variables={"GIT_INDEX_FILE": str(index)}, settings=QUIET)
        _look_at_everything(root, git)
        added = git("add", "--all", codes=(0, 1, 128))
        if added.code:
            raise UntakenWorkTreeError(root, _complaints(added))
        return git("write-tree").text.strip()


@contextmanager
def _index_in(folder: Path) -> Iterator[Path]:
    """Name a file of *folder* that is not there yet; it is gone afterwards, with git's lock."""
    index = folder.absolute() / f".new-{uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield index
    except OSError as error:
        raise UnwritableRecordError(index, (error.strerror or str(error)).lower()) from error
    finally:
        for left in (index, index.with_name(f"{index.name}.lock")):
            with suppress(OSError):
                left.unlink()


def _copy_index(root: Path, index: Path) -> None:
    """Copy the user's index with its time: git takes files of that very time for suspect."""
    path = root / text_of(run_git(root, "rev-parse", "--git-path", "index").stdout).rstrip("\n")
    if path.exists():
        shutil.copy2(path, index)


def _look_at_everything(root: Path, git: Callable[..., Completed]) -> None:
    """Take the marks "assume unchanged" and "skip" from the files that are in the work tree."""
    listing = text_of(git("ls-files", "-v", "-z").stdout)
    marked = [record.split(" ", 1) for record in listing.split("\0") if record]
    assumed = [path for tag, path in marked if tag.islower()]
    skipped = [path for tag, path in marked if tag in "Ss" and os.path.lexists(root / path)]
    for option, paths in (("assume-unchanged", assumed), ("skip-worktree", skipped)):
        if paths:
            request = b"".join(bytes_of(path) + b"\0" for path in paths)
            git("update-index", "-z", f"--no-{option}", "--stdin", stdin=request)


def _complaints(done: Completed) -> str:
    """Return all that git said is wrong: its last word is only that it failed."""
    lines = done.stderr.decode(errors="replace").splitlines()
    said = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return "; ".join(said) or complaint_of(done)
