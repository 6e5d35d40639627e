"""A merge that exists for one pipeline only, as GitLab and GitHub make of a merge request.

Its commit is in nobody's history: a stage that recorded it would never be found again. So a stage
that was built from one records where it came from, where it goes, and the tree that it is::

    COMMIT merges SOURCE into TARGET as TREE

It counts as an ancestor where SOURCE is one: for the branch, for its next merges, and for the
target once it is merged. Patches are computed from TREE; where a later clone does not have it, git
merges SOURCE into TARGET again, beside all branches, and if another tree comes out the stage is not
used.
"""

import re
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.errors import GitError
from werfish.git.command import run_git
from werfish.git.errors import UnknownCommitError

_ID = "[0-9a-f]{40}|[0-9a-f]{64}"
_TEXT = re.compile(
    rf"(?P<commit>{_ID}) merges (?P<source>{_ID}) into (?P<target>{_ID}) as (?P<tree>{_ID})"
)
_PARENTS_OF_MERGE = 2


class NoMergeError(GitError):
    """The commit that is checked out merges nothing, and it was not said what it would merge."""

    def __init__(self, commit: str) -> None:
        """Name the *commit*."""
        super().__init__(
            f"build commit {commit[:12]} as a virtual merge: it has no two parents",
            hint="leave --virtual-merge out, or name --virtual-merge-from-commit and"
            " --virtual-merge-into-commit",
        )
        self.commit = commit


@dataclass(frozen=True, slots=True)
class VirtualMerge:
    """The merge *commit* of *source* into *target*, whose content is *tree*: full ids."""

    commit: str
    source: str
    target: str
    tree: str

    def __str__(self) -> str:
        """Write it as stages record it."""
        return f"{self.commit} merges {self.source} into {self.target} as {self.tree}"


def merge_of(text: str) -> VirtualMerge | None:
    """Read what a stage recorded; ``None`` for the plain id of a commit."""
    found = _TEXT.fullmatch(text)
    return VirtualMerge(**found.groupdict()) if found else None


def virtual_merge_at(root: Path, commit: str, source: str = "", target: str = "") -> VirtualMerge:
    """Return *commit* as a merge of *source* into *target*, by default its parents.

    What they name may be any revision. A commit without two parents, if those are needed, is a
    `NoMergeError`; a revision that is not there an `UnknownCommitError`.
    """
    header = run_git(root, "cat-file", "commit", commit).text.partition("\n\n")[0].splitlines()
    fields = [line.partition(" ") for line in header]
    parents = [value for name, _, value in fields if name == "parent"]
    tree = next(value for name, _, value in fields if name == "tree")
    if not (source and target) and len(parents) != _PARENTS_OF_MERGE:
        raise NoMergeError(commit)
    return VirtualMerge(
        commit,
        _resolved(root, source, "from") if source else parents[1],
        _resolved(root, target, "into") if target else parents[0],
        tree,
    )


def is_tree_there(root: Path, merge: VirtualMerge) -> bool:
    """Tell whether the content of *merge* can be read, after merging again if need be."""
    done = run_git(root, "cat-file", "-e", f"{merge.tree}^{{tree}}", codes=(0, 1, 128))
    if done.code == 0:
        return True
    arguments = ("merge-tree", "--write-tree", merge.target, merge.source)
    again = run_git(root, *arguments, codes=(0, 1, 128, 129))
    return again.code == 0 and again.text.split("\n", 1)[0] == merge.tree


def _resolved(root: Path, revision: str, word: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = run_git(root, *arguments, codes=(0, 1, 128)).text.strip()
    if not found:
        raise UnknownCommitError(revision, shallow=True, named_by=f"--virtual-merge-{word}-commit")
    return found.splitlines()[-1]
