"""Whether a clone is a partial one: it then gets what it lacks from where it came from."""

from pathlib import Path

from werfish.git.command import run_git


def promisor_of(root: Path) -> str:
    """Return the remote that a partial clone gets missing objects from; empty for a whole one."""
    arguments = ("config", "--get-regexp", r"^remote\..*\.promisor$", "^true$")
    found = run_git(root, *arguments, codes=(0, 1)).text.split("\n", 1)[0]
    return found.partition(" ")[0].removeprefix("remote.").removesuffix(".promisor")
