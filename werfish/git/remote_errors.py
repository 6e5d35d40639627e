"""What can be wrong with a remote repository, each with its address and place in the configuration.

Git says what went wrong in words only; here they become errors with a remedy.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from stages.address import address_of
from stages.light_dataclass import dataclass
from werfish.errors import GitError


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote repository for messages: its *url* without credentials, and its *place*.

    *place* is ``file:line``, empty where it is unknown.
    """

    url: str
    place: str = ""

    def __str__(self) -> str:
        """Write both."""
        return f'"{self.url}" ({self.place})' if self.place else f'"{self.url}"'


class RemoteError(GitError):
    """A remote repository did not give what was wanted of it."""

    advice: ClassVar[str] = "look whether git ls-remote works with this address on this machine"
    signs: ClassVar[tuple[str, ...]] = ()
    """By which words of git's the error is known."""

    def __init__(self, remote: Remote, problem: str) -> None:
        """Name the *remote* and the *problem*."""
        super().__init__(f"read the repository {remote}: {problem}", hint=self.advice)
        self.remote = remote
        self.problem = problem


class UnknownHostError(RemoteError):
    """The name of the host leads nowhere."""

    advice = "correct the host in git.url, or look after this machine's DNS"
    signs = ("could not resolve host", "unable to look up", "name or service not known")


class UnreachableError(RemoteError):
    """Nobody answers at the address."""

    advice = "look whether the server runs, and whether a proxy or firewall is in between"
    signs: ClassVar[tuple[str, ...]] = (
        *("connection refused", "failed to connect", "couldn't connect", "connection timed out"),
        *("connection reset", "no route to host", "network is unreachable", "operation too slow"),
    )


class RemoteTimeoutError(UnreachableError):
    """The server does not go on."""

    signs = ()

    def __init__(self, remote: Remote, seconds: float) -> None:
        """Say how long it was waited for."""
        super().__init__(remote, f"no answer after {seconds:g} s")


class HostKeyError(RemoteError):
    """Nobody has said yet that the server's ssh key is right."""

    advice = "check the key and add it: ssh-keyscan HOST >> ~/.ssh/known_hosts"
    signs = ("host key verification failed", "remote host identification has changed")


class RefusedError(RemoteError):
    """The server wants to know who asks, or refuses who does."""

    advice = (
        "https: git.basicAuth or a credential helper of git's; ssh: a key in the agent; nobody is"
        " asked for a password while building"
    )
    signs = (
        *("authentication failed", "could not read username", "could not read password"),
        *("permission denied", "returned error: 401", "returned error: 403"),
        *("http basic: access denied", "invalid credentials"),
    )


class NoRemoteRepositoryError(RemoteError):
    """There is no repository at the address, or none that who asks may see."""

    advice = "correct git.url; a private repository looks so without credentials: see git.basicAuth"
    signs = (
        *("does not appear to be a git repository", "not found", "no such repository"),
        *("does not exist", "no such file", "not valid: is this a git repository"),
        *("access denied or repository not exported", "cannot change to"),
    )


class CertificateError(RemoteError):
    """The server's certificate is not trusted."""

    advice = "add its authority to this machine's, or name it: git config --global http.sslCAInfo"
    signs = ("certificate", "ssl_error", "tls")


class NoRoomError(RemoteError):
    """What the server sends does not fit on this machine's disk."""

    advice = "make room for its copy in the home folder, or name another folder with --home-dir"
    signs = ("no space left on device", "disk quota exceeded")


class UntrustedRemoteError(RemoteError):
    """A repository on this machine belongs to another user."""

    advice = "if you trust it, run: git config --global --add safe.directory PATH"
    signs = ("dubious ownership", "unsafe repository")


class UnknownRefError(RemoteError):
    """The remote has no such branch, tag or commit."""

    advice = "correct git.branch, git.tag or git.commit; without any of them it is branch master"

    def __init__(self, remote: Remote, ref: str) -> None:
        """Name the *ref* (``tag:v1``)."""
        kind, _, name = ref.partition(":")
        super().__init__(remote, f'it has no {kind} "{name}"')
        self.ref = ref


class ShortCommitError(RemoteError):
    """The commit is not named in full."""

    advice = "write all digits of its id: a short one may mean another commit one day"

    def __init__(self, remote: Remote, commit: str) -> None:
        """Name the *commit*."""
        super().__init__(remote, f'"{commit}" is not the full id of a commit')
        self.commit = commit


class PasswordError(RemoteError):
    """The password is not where the configuration says."""

    advice = "see git.basicAuth.password: env is a variable, src a file, value the password itself"


class UnwritableMirrorError(GitError):
    """The copies of remote repositories cannot be kept."""

    def __init__(self, folder: Path, problem: str) -> None:
        """Name the *folder* and the *problem*."""
        super().__init__(
            f'keep a copy of a remote repository in "{folder}": {problem}',
            hint="make room for it there, or name another folder with --home-dir",
        )
        self.folder = folder


_KNOWN: tuple[type[RemoteError], ...] = (
    *(
        NoRoomError,
        UnknownHostError,
        HostKeyError,
        RefusedError,
        UntrustedRemoteError,
        CertificateError,
    ),
    *(UnreachableError, NoRemoteRepositoryError),
)


def remote_error(remote: Remote, lines: Iterable[str], problem: str) -> RemoteError:
    """Return the error that the *lines* of git speak of; *problem* is the one line to show."""
    text = _without_address("\n".join(lines).lower(), remote.url.lower())
    kind = next((one for one in _KNOWN if any(sign in text for sign in one.signs)), RemoteError)
    return kind(remote, problem)


def _without_address(text: str, url: str) -> str:
    """Take the host and the path of *url* out of *text*: no word of theirs is one of an error."""
    host, _, path = address_of(url).partition("/")
    if path:
        text = re.sub(rf"(?<=[/:'\"]){re.escape(path)}", "", text)
    return re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", "", text) if "." in host else text
