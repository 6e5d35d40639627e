"""What can be wrong with a repository, each with the data that its reader needs."""

from collections.abc import Sequence
from pathlib import Path

from werfish.errors import GitError


class GitMissingError(GitError):
    """The ``git`` program is not there, or cannot be run."""

    def __init__(self, problem: str = "the program is not on PATH") -> None:
        """Say so, or what else the *problem* is."""
        super().__init__(
            f'run "git": {problem}',
            hint="install git 2.25 or newer, for example: apt-get install git",
        )


class CommandError(GitError):
    """A git command failed in a way that has no error of its own."""

    def __init__(self, root: Path, arguments: tuple[str, ...], problem: str) -> None:
        """Name the command, the repository at *root* and what git said."""
        words = " ".join(("git", *arguments))
        super().__init__(f'run "{words}" in "{root}": {problem}')
        self.root = root
        self.arguments = arguments


class NoRepositoryError(GitError):
    """The project's folder is in no git repository."""

    def __init__(self, folder: Path, problem: str = "no git repository here or above") -> None:
        """Name the *folder*."""
        super().__init__(
            f'open the repository of "{folder}": {problem}',
            hint="images are built from a commit: run git init, git add, git commit there, "
            "or name the project's folder with --dir",
        )
        self.folder = folder


class BareRepositoryError(GitError):
    """The folder is a bare repository, or inside of ``.git``: there is no work tree."""

    def __init__(self, folder: Path) -> None:
        """Name the *folder*."""
        super().__init__(
            f'open the repository of "{folder}": it has no work tree',
            hint="name a folder of a clone with --dir; a bare repository holds no project",
        )
        self.folder = folder


class NoCommitError(GitError):
    """The repository has no commit yet."""

    def __init__(self, root: Path) -> None:
        """Name the repository at *root*."""
        super().__init__(
            f'open the repository "{root}": it has no commits',
            hint="images are built from a commit: run git add and git commit first",
        )
        self.root = root


class UntrustedRepositoryError(GitError):
    """Git refuses the repository, because it belongs to another user."""

    def __init__(self, folder: Path, problem: str) -> None:
        """Name the *folder*, and what git said."""
        super().__init__(
            f'open the repository of "{folder}": {problem}',
            hint="if you trust it, run: git config --global --add safe.directory "
            f"'{_named_by_git(problem) or folder}'",
        )
        self.folder = folder


class UncommittedFolderError(GitError):
    """The project's folder, a subfolder of the work tree, is not in the commit."""

    def __init__(self, folder: str, commit: str) -> None:
        """Name the *folder* as a path of the tree, and the *commit*."""
        super().__init__(
            f'read the files of "{folder}": the folder is not in commit {commit[:12]}',
            hint="images are built from the commit: run git add and git commit first",
        )
        self.folder = folder
        self.commit = commit


class UnknownCommitError(GitError):
    """A commit is not in the repository."""

    def __init__(self, commit: str, *, shallow: bool, named_by: str = "") -> None:
        """Name the *commit*, and the option that it is *named_by*.

        *shallow* says whether the clone may lack history.
        """
        option = f" of {named_by}" if named_by else ""
        super().__init__(
            f'read commit "{commit}"{option}: it is not in the repository',
            hint=UNSHALLOW if shallow else "",
        )
        self.commit = commit


class ShallowCloneError(GitError):
    """A shallow clone cannot show whether one commit came before another."""

    def __init__(self, ancestor: str, descendant: str) -> None:
        """Name both commits."""
        super().__init__(
            f"look for commit {ancestor[:12]} in the history of {descendant[:12]}: "
            "the clone is shallow, its history ends too early to tell",
            hint=UNSHALLOW,
        )
        self.ancestor = ancestor
        self.descendant = descendant


class MissingObjectError(GitError):
    """An object that a tree names is not in the repository."""

    def __init__(self, oid: str, problem: str = "missing") -> None:
        """Name the object and its *problem*."""
        super().__init__(
            f'read git object "{oid}": {problem}',
            hint="run the command again if the repository was changed meanwhile; else it is "
            "damaged or a partial clone: run git fsck, or clone it again",
        )
        self.oid = oid


class OutsideWorkTreeError(GitError):
    """Something that is to come from the commit lies outside of the work tree."""

    def __init__(self, path: Path, root: Path) -> None:
        """Name the *path*, and the work tree at *root*."""
        super().__init__(
            f'read "{path}" from the commit: it is outside of the work tree "{root}"',
            hint="move it into the repository and commit it, or leave --git-strict out",
        )
        self.path = path
        self.root = root


class UncommittedError(GitError):
    """Files that matter are not in the commit as they are in the work tree."""

    def __init__(self, doing: str, commit: str, paths: Sequence[str]) -> None:
        """Say what was being done with *commit* (``read the configuration``), and all *paths*."""
        super().__init__(
            f"{doing} from commit {commit[:12]}: uncommitted: {', '.join(paths)}",
            hint="commit them, or leave --git-strict out",
        )
        self.commit = commit
        self.paths = tuple(paths)


class UntakenWorkTreeError(GitError):
    """The work tree has something that git cannot commit."""

    def __init__(self, root: Path, problem: str) -> None:
        """Name the work tree at *root*, and what git said."""
        super().__init__(
            f'take the work tree "{root}" as a commit: {problem}',
            hint="--dev takes what git add --all takes; name in .gitignore what is not to be taken",
        )
        self.root = root


class UnwritableRecordError(GitError):
    """It cannot be remembered which commit ``--dev`` made."""

    def __init__(self, path: Path, problem: str) -> None:
        """Name the file and the *problem*."""
        super().__init__(
            f'remember the commit of --dev in "{path}": {problem}',
            hint="make room for it there, or name another folder with --home-dir",
        )
        self.path = path


UNSHALLOW = (
    "pass --git-unshallow, or run git fetch --unshallow; in CI, fetch the whole history "
    "(GIT_DEPTH: 0 in GitLab, fetch-depth: 0 in GitHub's checkout); "
    "--allow-git-shallow-clone builds with what there is"
)


def _named_by_git(problem: str) -> str:
    return problem.split("'")[1] if problem.count("'") > 1 else ""
