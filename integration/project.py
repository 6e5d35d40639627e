"""A project in a git repository, made for a test and changed commit by commit."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GitProject:
    """The work tree in *folder*."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """Run git in the project and return what it prints."""
        done = subprocess.run(
            ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Write *files*, their folders made."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files: Mapping[str, str], *, remove: tuple[str, ...] = ()) -> str:
        """Write *files*, remove others, commit everything, and return the commit's id."""
        if not (self.folder / ".git").exists():
            self.git("init", "-q", "-b", "main")
        self.write(files)
        for name in remove:
            (self.folder / name).unlink()
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")
