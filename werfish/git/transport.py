"""Talk to other repositories by git, which asks nobody and does not wait for ever."""

import os
from pathlib import Path

from stages.light_dataclass import dataclass
from werfish import process
from werfish.git.access import Access, shown
from werfish.git.command import ENVIRONMENT, complaint_of, git_line, run_git
from werfish.git.errors import GitMissingError
from werfish.git.remote_errors import Remote, RemoteTimeoutError, remote_error

_NOT_FOUND_BY_ENV = 127
_STALLED = 60


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for the list of what a server has, and for all that it sends."""

    answer: float = 60
    transfer: float = 3600


@dataclass(frozen=True, slots=True)
class Connection:
    """A remote repository, its *place* in the configuration, and how it is spoken to."""

    access: Access
    place: str = ""
    patience: Patience = Patience()

    @property
    def remote(self) -> Remote:
        """What messages call it."""
        return Remote(shown(self.access.url), self.place)

    def list_refs(self, folder: Path, patterns: tuple[str, ...]) -> dict[str, str]:
        """Return the ids of the remote's refs that are named by *patterns*, by their full name."""
        done = self._run(folder, ("ls-remote", "--", self.access.url, *patterns), "answer")
        pairs = (line.split("\t", 1) for line in done.stdout.decode(errors="replace").splitlines())
        return {name: oid for oid, name in (pair for pair in pairs if len(pair) == 2)}

    def fetch(self, root: Path, refspecs: tuple[str, ...], *options: str) -> None:
        """Bring what *refspecs* name into the bare repository at *root*."""
        quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", *options)
        self._run(root, ("fetch", *quiet, "--", self.access.url, *refspecs), "transfer")

    def _run(self, folder: Path, arguments: tuple[str, ...], waiting: str) -> process.Completed:
        seconds: float = getattr(self.patience, waiting)
        own = settings(min(_STALLED, seconds))
        line = git_line(folder, *own, *self.access.settings(), *arguments)
        try:
            environment = {**_environment(folder), **self._variables(folder)}
            done = process.run(
                line, env=environment, timeout=seconds, check=False, asks_nobody=True
            )
        except process.ProcessError as error:
            raise RemoteTimeoutError(self.remote, seconds) from error
        if done.code == _NOT_FOUND_BY_ENV:
            raise GitMissingError
        if done.code != 0:
            said = done.stderr.decode(errors="replace").splitlines()
            raise remote_error(self.remote, said, complaint_of(done))
        return done

    def _variables(self, folder: Path) -> dict[str, str]:
        return self.access.variables(ssh_command(folder))


def settings(stalled: float = _STALLED) -> tuple[str, ...]:
    """Return git's options for a transfer: no hooks, nothing left behind, an end if it stalls."""
    pairs = {
        "core.hooksPath": os.devnull,
        "gc.autoDetach": "false",
        "maintenance.autoDetach": "false",
        "http.lowSpeedLimit": "1",
        "http.lowSpeedTime": str(max(1, int(stalled))),
    }
    return tuple(word for name, value in pairs.items() for word in ("-c", f"{name}={value}"))


def ssh_command(folder: Path) -> str:
    """Return how the user wants ssh to be called, as a line of the shell."""
    named = os.environ.get("GIT_SSH_COMMAND", "")
    if not named:
        arguments = ("config", "--get", "core.sshCommand")
        named = run_git(folder, *arguments, codes=(0, 1, 128)).text.strip()
    return named or "ssh"


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of git; no repository around *folder* is listened to."""
    return {**ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
