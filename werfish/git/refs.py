"""Commits and the names that lead to them."""

import re
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.git.command import run_git
from werfish.git.errors import CommandError

_COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMAT = "%x00".join(("%H", "%ct", "%ci", "%an", "%ae", "%s"))


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its full id, and who made it when.

    *committed_at* is the committer's time in seconds since 1970; *date* is the same with the
    committer's time zone, for people (``2024-02-29 12:00:00 +0300``).
    """

    id: str
    committed_at: int
    date: str
    author_name: str
    author_email: str
    subject: str


def head_commit_id(root: Path) -> str:
    """Return the id of the commit that is checked out, or nothing where there is none yet."""
    arguments = ("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return run_git(root, *arguments, codes=(0, 1)).text.strip()


def head_commit(root: Path) -> Commit | None:
    """Return the commit that is checked out, or nothing where there is none yet."""
    try:
        return commit_of(root, "HEAD^{commit}")
    except CommandError:
        if head_commit_id(root):
            raise
        return None


def commit_of(root: Path, commit: str) -> Commit:
    """Return what is known of *commit*; an unknown one is a `CommandError`."""
    arguments = ("log", "-1", "--no-show-signature", f"--format={_FORMAT}", "--end-of-options")
    fields = run_git(root, *arguments, commit, "--").text.removesuffix("\n").split("\0")
    oid, seconds, date, name, email, subject = fields
    return Commit(oid, int(seconds), date, name, email, subject)


def has_commit(root: Path, commit: str) -> bool:
    """Tell whether *commit*, a full id, is a commit of the repository."""
    if not is_commit_id(commit):
        return False
    return run_git(root, "cat-file", "-e", f"{commit}^{{commit}}", codes=(0, 1, 128)).code == 0


def is_reachable(root: Path, ancestor: str, descendant: str) -> bool:
    """Tell whether *ancestor* is *descendant* or found in its history, as far as it is here.

    An id that is unknown, or no id at all, is not found.
    """
    if not (is_commit_id(ancestor) and is_commit_id(descendant)):
        return False
    arguments = ("merge-base", "--is-ancestor", ancestor, descendant)
    return run_git(root, *arguments, codes=(0, 1, 128)).code == 0


def branch_of_head(root: Path) -> str:
    """Return the name of the branch that is checked out, empty where HEAD is detached."""
    return run_git(root, "symbolic-ref", "--quiet", "--short", "HEAD", codes=(0, 1)).text.strip()


def tags_of(root: Path, commit: str) -> tuple[str, ...]:
    """Return the tags that point at *commit*, directly or as annotated tags, in name order."""
    arguments = ("for-each-ref", f"--points-at={commit}", "--format=%(refname)", "refs/tags")
    lines = run_git(root, *arguments).text.splitlines()
    return tuple(line.removeprefix("refs/tags/") for line in lines)


def is_commit_id(text: str) -> bool:
    """Tell whether *text* has the form of a full commit id, SHA-1 or SHA-256."""
    return bool(_COMMIT_ID.fullmatch(text))
