"""Real repositories for tests, made by git itself in a temporary folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from werfish.git.command import run_git

AUTHOR = {"user.name": "Ada", "user.email": "ada@example.org"}
"""A machine on which nobody works knows no author."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A repository with a work tree at *root*."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git here and return what it printed."""
        return run_git(self.root, *arguments, settings=AUTHOR).text.strip()

    def write(self, path: str | bytes, content: bytes = b"", *, executable: bool = False) -> None:
        """Write a file, with its folders."""
        target = self.root / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        target.chmod(0o755 if executable else 0o644)

    def commit(self, message: str = "change") -> str:
        """Commit everything as it is, and return the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")


def new_work_tree(root: Path, *options: str) -> WorkTree:
    """Make an empty repository at *root*; *options* are those of ``git init``."""
    root.mkdir(parents=True, exist_ok=True)
    run_git(root, "init", "--quiet", "--initial-branch=main", *options)
    return WorkTree(root)
