"""How a remote repository is spoken to: by which URL, as whom, with which keys.

A password never stands in an argument, a URL or a message: git asks a helper for it, which takes
it from git's own environment, and only for the host that it is meant for.
"""

import os
import shlex
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from stages.address import is_local_path
from stages.light_dataclass import dataclass
from stages.mapping import BasicAuth, RemoteRepository
from stages.secret import SecretSource
from werfish.git.remote_errors import PasswordError, Remote

_USERNAME, _PASSWORD = "WERFISH_GIT_USERNAME", "WERFISH_GIT_PASSWORD"
_HELPER = (
    f'!f() {{ test "$1" = get && printf "username=%s\\npassword=%s\\n"'
    f' "${_USERNAME}" "${_PASSWORD}"; }}; f'
)
_SSH_OPTIONS = (
    *("-o", "BatchMode=yes", "-o", "ConnectTimeout=30"),
    *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"),
)


@dataclass(frozen=True, slots=True)
class SshAccess:
    """The private *keys* to use and no others, if there are any; the agent's socket, if another."""

    keys: tuple[Path, ...] = ()
    agent_socket: str = ""

    def variables(self, command: str) -> dict[str, str]:
        """Return the environment by which git calls ssh; *command* is the user's own way to."""
        keys = [word for key in self.keys for word in ("-i", str(key))]
        only = ["-o", "IdentitiesOnly=yes"] if keys else []
        agent = {"SSH_AUTH_SOCK": self.agent_socket} if self.agent_socket else {}
        return {
            "GIT_SSH_COMMAND": f"{command} {shlex.join((*_SSH_OPTIONS, *only, *keys))}",
            **agent,
        }


@dataclass(frozen=True, slots=True)
class HttpLogin:
    """A user and a password, neither of which is shown."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """The *url* to give to git, which holds no password, and the credentials for it."""

    url: str
    login: HttpLogin | None = None
    ssh: SshAccess = SshAccess()

    def variables(self, ssh_command: str) -> dict[str, str]:
        """Return what the environment of git needs; nothing of it asks anybody."""
        login = (
            {_USERNAME: self.login.username, _PASSWORD: self.login.password} if self.login else {}
        )
        quiet = {"GIT_ASKPASS": "", "GCM_INTERACTIVE": "never"}
        return {**quiet, **self.ssh.variables(ssh_command), **login}

    def settings(self) -> tuple[str, ...]:
        """Return the options by which git asks our helper, and no other, for the password."""
        if not self.login:
            return ()
        parts = urlsplit(self.url)
        context = f"{parts.scheme}://{parts.netloc}"
        return ("-c", "credential.helper=", "-c", f"credential.{context}.helper={_HELPER}")


def access_of(
    remote: RemoteRepository,
    place: str,
    folder: Path,
    environment: Mapping[str, str],
    ssh: SshAccess,
) -> Access:
    """Return how *remote*, written at *place* of the configuration, is spoken to.

    Relative paths are relative to *folder*. A password that is not where it should be is a
    `PasswordError`.
    """
    if is_local_path(remote.url):
        return Access(str((folder / remote.url).resolve()), ssh=ssh)
    url, login = _without_password(remote.url)
    if remote.auth:
        asked = Remote(url, place)
        password = _password(remote.auth, asked, folder, environment)
        return Access(_without_user(url), HttpLogin(remote.auth.username, password), ssh)
    return Access(url, login, ssh)


def shown(url: str) -> str:
    """Return *url* without who asks, for people; the user of ssh stays, who is no secret."""
    parts = urlsplit(url) if "://" in url else None
    return _without_user(url) if parts and parts.scheme in ("http", "https") else url


def _without_password(url: str) -> tuple[str, HttpLogin | None]:
    """Take the password out of *url*; a user alone is git's to use, for any helper."""
    user, colon, password = _user_of(url).partition(":")
    if not colon:
        return url, None
    clean = _without_user(url)
    if urlsplit(clean).scheme in ("http", "https"):
        return clean, HttpLogin(unquote(user), unquote(password))
    return clean.replace("://", f"://{quote(unquote(user))}@", 1), None


def _without_user(url: str) -> str:
    user = _user_of(url)
    return url.replace(f"://{user}@", "://", 1) if user else url


def _user_of(url: str) -> str:
    host = url.partition("://")[2].partition("/")[0]
    return host.rpartition("@")[0]


def _password(auth: BasicAuth, asked: Remote, folder: Path, environment: Mapping[str, str]) -> str:
    if auth.source is SecretSource.VALUE:
        return _one_line(auth.place, asked, "the value of the password")
    if auth.source is SecretSource.ENV:
        if not environment.get(auth.place):
            raise PasswordError(asked, f'the variable "{auth.place}" is not set')
        return _one_line(environment[auth.place], asked, f'the variable "{auth.place}"')
    path = folder / Path(auth.place).expanduser()
    try:
        text = os.fsdecode(path.read_bytes())
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise PasswordError(asked, f'the file "{path}": {problem}') from error
    return _one_line(text.rstrip("\r\n"), asked, f'the file "{path}"')


def _one_line(password: str, asked: Remote, where: str) -> str:
    if "\n" in password or "\0" in password:
        raise PasswordError(asked, f"{where} has more than one line")
    return password
