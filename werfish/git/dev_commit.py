"""The work tree as a commit on no branch: what ``--dev`` builds from.

Nothing of the user's changes: neither HEAD nor a branch, the index, the stash or a reflog. The
commit before of the same work tree is a parent of the next, so that what was built from it still
counts as an ancestor. The same content is the same commit, and its time is never the clock's.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.git.command import run_git, text_of
from werfish.git.dev_record import DevRecord
from werfish.git.refs import Commit, commit_of, has_commit, is_reachable
from werfish.git.temporary_index import QUIET, tree_of_work_tree

EMAIL = "werfish@localhost"
IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "werfish"), ("EMAIL", EMAIL))
}
MESSAGE = b"The work tree, as werfish --dev found it\n"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What matters of a commit: its tree, and the first of its parents."""

    tree: str
    parent: str


def dev_commit(root: Path, head: Commit, record: DevRecord) -> Commit:
    """Return a commit of the work tree at *root* on top of *head*, and remember it in *record*.

    Where nothing differs from *head*, that is *head* itself.
    """
    tree = tree_of_work_tree(root, record.path.parent)
    if tree == _facts_of(root, head.id).tree:
        return head
    previous = _usable(root, record.read(), head)
    if previous and _facts_of(root, previous.id) == _Facts(tree, head.id):
        return previous
    seconds = _time_of(root, tree, head, previous)
    made = commit_of(root, _written(root, tree, head, previous, seconds))
    record.write(made.id)
    return made


def _usable(root: Path, previous: str, head: Commit) -> Commit | None:
    """Return the *previous* dev commit if it is one, whole, and made on *head* or before it."""
    if not has_commit(root, previous):
        return None
    whole = run_git(root, "rev-list", "--quiet", previous, f"^{head.id}", codes=(0, 1, 128))
    if whole.code or not is_reachable(root, _facts_of(root, previous).parent, head.id):
        return None
    found = commit_of(root, previous)
    return found if found.author_email == EMAIL else None


def _facts_of(root: Path, commit: str) -> _Facts:
    lines = run_git(root, "log", "-1", "--no-show-signature", "--format=%T%n%P", commit).text
    tree, parents = lines.split("\n")[:2]
    return _Facts(tree, parents.partition(" ")[0])


def _time_of(root: Path, tree: str, head: Commit, previous: Commit | None) -> int:
    """Return the commit's time, in seconds: later than all before it and than any change."""
    before = previous.committed_at + 1 if previous else 0
    return max(head.committed_at, before, *_mtimes(root, _changed(root, head.id, tree)))


def _changed(root: Path, commit: str, tree: str) -> Iterable[str]:
    options = ("-r", "-z", "--name-only", "--no-renames", "--ignore-submodules=none")
    listing = run_git(root, "diff-tree", *options, commit, tree, settings=QUIET).stdout
    return filter(None, text_of(listing).split("\0"))


def _mtimes(root: Path, paths: Iterable[str]) -> Iterator[int]:
    """Yield when each of *paths* was written; of one that is gone, when its folder was."""
    for path in paths:
        place = root / path
        while True:
            try:
                yield place.lstat().st_mtime_ns // 10**9
                break
            except (FileNotFoundError, NotADirectoryError):
                place = place.parent


def _written(root: Path, tree: str, head: Commit, previous: Commit | None, seconds: int) -> str:
    parents = (head.id, previous.id) if previous else (head.id,)
    options = [word for parent in parents for word in ("-p", parent)]
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"@{seconds} +0000")
    return run_git(
        root,
        *("commit-tree", "--no-gpg-sign", *options, tree),
        stdin=MESSAGE,
        variables={**IDENTITY, **dates},
        settings={**QUIET, "i18n.commitEncoding": "UTF-8"},
    ).text.strip()
