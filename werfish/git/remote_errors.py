"""What can be wrong with a remote repository, each with its address and place in the configuration.

Git says what went wrong in words only; here they become errors with a remedy.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from stages.address import address_of, is_local_path
from stages.light_dataclass import dataclass
from werfish.errors import GitError

_SERVER = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]+))?")
_SSH_ENDED = "could not read from remote repository"
"""What git says where ssh, or the server by it, has said what is wrong before."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A remote repository for messages: its *url* without credentials, and its *place*.

    *place* is ``file:line``, empty where it is unknown. The clone's *own* is named by no
    configuration of ours.
    """

    url: str
    place: str = ""
    is_own: bool = False

    @property
    def is_ssh(self) -> bool:
        """Whether ssh leads to it."""
        scheme = self.url.partition("://")[0] if "://" in self.url else ""
        return scheme in ("ssh", "git+ssh", "ssh+git") or (
            not scheme and not is_local_path(self.url)
        )

    @property
    def server(self) -> tuple[str, str]:
        """The host, and the port if one is written."""
        place = address_of(self.url).partition("/")[0]
        found = _SERVER.fullmatch(place.strip("[]") if place.count(":") == 1 else place)
        return (found["host"].strip("[]"), found["port"] or "") if found else (place, "")

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
        super().__init__(f"read the repository {remote}: {problem}", hint=self.advice_on(remote))
        self.remote = remote
        self.problem = problem

    def advice_on(self, remote: Remote) -> str:
        """Return what to do about *remote*."""
        if not remote.is_own:
            return self.advice
        own = self.advice.replace("git.url", "the clone's remote (git remote -v)")
        return own.replace(": see git.basicAuth", "")


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
        *("connection closed by", "timed out during banner exchange"),
    )


class RemoteTimeoutError(UnreachableError):
    """The server does not go on."""

    signs = ()

    def __init__(self, remote: Remote, seconds: float) -> None:
        """Say how long it was waited for."""
        super().__init__(remote, f"no answer after {seconds:g} s")


class HostKeyError(RemoteError):
    """Nobody has said yet that the server's ssh key is right."""

    signs = ("host key verification failed",)

    def advice_on(self, remote: Remote) -> str:
        """Say how the key of just this server is added."""
        host, port = remote.server
        asked = f"-p {port} {host}" if port else host
        return f"check the key and add it: ssh-keyscan {asked} >> ~/.ssh/known_hosts"


class ChangedHostKeyError(HostKeyError):
    """The server's ssh key is another one than before: it is new, or somebody is in between."""

    signs = ("remote host identification has changed",)

    def advice_on(self, remote: Remote) -> str:
        """Say how the old key is forgotten; a new one beside it would not help."""
        host, port = remote.server
        known = f"'[{host}]:{port}'" if port and port != "22" else host
        return (
            "ask who runs the server whether its key is new, and only then remove the old one"
            f" (ssh-keygen -R {known}) and add it: {super().advice_on(remote).partition(': ')[2]}"
        )


class RefusedError(RemoteError):
    """The server wants to know who asks, or refuses who does."""

    advice = (
        "https: git.basicAuth or a credential helper of git's; nobody is asked for a password"
        " while building"
    )
    signs = (
        *("authentication failed", "could not read username", "could not read password"),
        *("permission denied", "returned error: 401", "returned error: 403"),
        *("http basic: access denied", "invalid credentials"),
        "too many authentication failures",
    )

    def advice_on(self, remote: Remote) -> str:
        """Say which credentials count: ssh knows of keys only."""
        if not remote.is_ssh:
            return self.advice
        return (
            "let the server know your ssh key, or name a key that it knows with --ssh-key FILE or"
            " add one to your agent (ssh-add); nobody is asked for a password while building"
        )


class NoRemoteRepositoryError(RemoteError):
    """There is no repository at the address, or none that who asks may see."""

    advice = "correct git.url; a private repository looks so without credentials: see git.basicAuth"
    signs = (
        *("does not appear to be a git repository", "not found", "no such repository"),
        *("does not exist", "no such file", "not valid: is this a git repository"),
        *("access denied or repository not exported", "cannot change to"),
        *("could not be found",),
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
        ChangedHostKeyError,
        HostKeyError,
        RefusedError,
        UntrustedRemoteError,
        CertificateError,
    ),
    *(UnreachableError, NoRemoteRepositoryError),
)


def remote_error(remote: Remote, lines: Iterable[str], problem: str) -> RemoteError:
    """Return the error that the *lines* of git speak of.

    *problem* is the one line to show, but where git says no more than that ssh ended: then it is
    the line of ssh's, or of the server's, that says why.
    """
    said = [line.strip() for line in lines]
    text = _without_address("\n".join(said).lower(), remote.url.lower())
    kind = next((one for one in _KNOWN if any(sign in text for sign in one.signs)), RemoteError)
    if problem.lower().startswith(_SSH_ENDED):
        problem = _line_before(said, remote, kind.signs) or problem
    return kind(remote, problem.rstrip("."))


def _line_before(said: Sequence[str], remote: Remote, signs: tuple[str, ...]) -> str:
    """Return what was *said* before git gave up: the last line with one of *signs*, or at all."""
    ends = [number for number, line in enumerate(said) if _SSH_ENDED in line.lower()]
    before = [line.removeprefix("remote:").strip(" @") for line in said[: ends[0] if ends else 0]]
    lines = [line for line in before if any(letter.isalpha() for letter in line)]
    url = remote.url.lower()
    telling = [
        line for line in lines if any(sign in _without_address(line.lower(), url) for sign in signs)
    ]
    return (telling or lines or [""])[-1]


def _without_address(text: str, url: str) -> str:
    """Take the host and the path of *url* out of *text*: no word of theirs is one of an error."""
    host, _, path = address_of(url).partition("/")
    if path:
        text = re.sub(rf"(?<=[/:'\"]){re.escape(path)}", "", text)
    return re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", "", text) if "." in host else text
