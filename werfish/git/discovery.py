"""Find the repository that a project's folder belongs to, or say why there is none."""

from pathlib import Path

from stages.light_dataclass import dataclass
from werfish.git.command import complaint_of, run_git, text_of
from werfish.git.errors import (
    BareRepositoryError,
    CommandError,
    NoRepositoryError,
    UntrustedRepositoryError,
)

_FAILED = 128


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project lies: *root* is the work tree's, *prefix* the project's folder in it.

    *prefix* is empty, or ends with a slash. *is_shallow* says that history ends early.
    """

    root: Path
    prefix: str
    is_shallow: bool


def place_of(folder: Path) -> Place:
    """Return where *folder* lies; a worktree or a submodule is a repository like any other."""
    bare, inside, shallow, cdup, prefix = _questions(
        folder,
        "--is-bare-repository",
        "--is-inside-work-tree",
        "--is-shallow-repository",
        "--show-cdup",
        "--show-prefix",
    )
    if bare == "true" or inside != "true":
        raise BareRepositoryError(folder)
    return Place((folder.resolve() / cdup).resolve(), prefix, shallow == "true")


def _questions(folder: Path, *options: str) -> list[str]:
    """Ask ``git rev-parse``; only the last answer may contain a line break."""
    done = run_git(folder, "rev-parse", *options, codes=(0, _FAILED))
    if done.code == _FAILED:
        raise _refusal(folder, options, complaint_of(done))
    answers = text_of(done.stdout).removesuffix("\n").split("\n", len(options) - 1)
    return answers + [""] * (len(options) - len(answers))


def _refusal(folder: Path, options: tuple[str, ...], problem: str) -> Exception:
    if "dubious ownership" in problem or "unsafe repository" in problem:
        return UntrustedRepositoryError(folder, problem)
    if "not a git repository" in problem:
        return NoRepositoryError(folder)
    if "cannot change to" in problem:
        return NoRepositoryError(folder, problem.rpartition(": ")[2].lower())
    return CommandError(folder, ("rev-parse", *options), problem)
