"""What a clone lacks, from the remote that it came from, as its own git would get it.

Only what was asked for: the whole history of a shallow clone (``--git-unshallow``), and the files
of a commit that a partial clone left out, all at once instead of git's one by one.
"""

from collections.abc import Callable
from pathlib import Path

from werfish import process
from werfish.errors import counted
from werfish.git.access import Access, shown
from werfish.git.command import ENVIRONMENT, complaint_of, git_line, run_git, text_of
from werfish.git.remote_errors import Remote, RemoteTimeoutError, remote_error
from werfish.git.transport import Patience, settings, ssh_command

_UNKNOWN_OPTION = 129


def unshallow(root: Path, say: Callable[[str], None]) -> None:
    """Fetch the whole history of the clone at *root*; errors are `RemoteError`."""
    say("fetching the whole history: the clone is shallow")
    name = _default_remote(root)
    _fetch(root, name, ("--unshallow", "--quiet", "--no-recurse-submodules", name))


def fetch_missing(root: Path, promisor: str, tree: str, say: Callable[[str], None]) -> None:
    """Fetch those blobs of *tree* that the clone lacks, from *promisor*, in one go."""
    listing = run_git(root, "rev-list", "--objects", "--missing=print", tree, codes=(0, 128)).stdout
    missing = [line[1:] for line in text_of(listing).split("\n") if line.startswith("?")]
    if not missing:
        return
    say(f"fetching {counted(len(missing), 'file')} that this partial clone lacks")
    options = ("--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--quiet")
    request = "".join(f"{oid}\n" for oid in missing).encode()
    arguments = (*options, "--filter=blob:none", "--stdin", promisor)
    _fetch(
        root, promisor, arguments, stdin=request, alone=("-c", "fetch.negotiationAlgorithm=noop")
    )


def _default_remote(root: Path) -> str:
    names = run_git(root, "remote").text.split()
    return names[0] if names and "origin" not in names else "origin"


def _fetch(
    root: Path,
    name: str,
    arguments: tuple[str, ...],
    *,
    stdin: bytes = b"",
    alone: tuple[str, ...] = (),
) -> None:
    """Run ``git fetch``; a git too old to know the options leaves it to itself to do it later."""
    url = run_git(root, "remote", "get-url", name, codes=(0, 2, 128)).text.strip()
    remote = Remote(shown(url) if url else name, is_own=True)
    line = git_line(root, *settings(), *alone, "fetch", *arguments)
    variables = Access(url).variables(ssh_command(root))
    seconds = Patience().transfer
    try:
        environment = {**ENVIRONMENT, **variables}
        done = process.run(
            line, env=environment, stdin=stdin, timeout=seconds, check=False, asks_nobody=True
        )
    except process.ProcessError as error:
        raise RemoteTimeoutError(remote, seconds) from error
    if done.code not in (0, _UNKNOWN_OPTION):
        said = done.stderr.decode(errors="replace").splitlines()
        raise remote_error(remote, said, complaint_of(done))
