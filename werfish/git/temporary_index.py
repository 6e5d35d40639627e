"""The work tree as a tree object, by an index of our own: the user's is copied and never written.

No hook and no file monitor runs. Filters run where the user's configuration has them, since they
say what git stores of a file.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from werfish.git.command import bytes_of, complaint_of, run_git, text_of
from werfish.git.errors import UntakenWorkTreeError
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


def tree_of_work_tree(root: Path) -> str:
    """Return the id of a tree with everything in the work tree at *root* but for ignored files.

    Only objects are written. It is what ``git add --all`` would commit, with files that the user
    told git not to look at.
    """
    with tempfile.TemporaryDirectory(prefix="werfish-index-") as folder:
        index = Path(folder) / "index"
        _copy_index(root, index)
        git = partial(run_git, root, variables={"GIT_INDEX_FILE": str(index)}, settings=QUIET)
        _look_at_everything(root, git)
        added = git("add", "--all", codes=(0, 1, 128))
        if added.code:
            raise UntakenWorkTreeError(root, _complaints(added))
        return git("write-tree").text.strip()


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
