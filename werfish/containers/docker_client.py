"""The connection to a Docker daemon, and its errors turned into ours.

docker-py finds the daemon as the ``docker`` program does: ``DOCKER_HOST`` and its relatives, then
the current context. It is imported when something needs it that `docker_look` cannot do.
"""

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from werfish.containers.docker_look import LookingClient, NotThereError, plain_address
from werfish.errors import BuildError, RegistryError, WerfishError
from werfish.oci.logins import packed_logins

if TYPE_CHECKING:
    from docker import APIClient
    from docker.auth import AuthConfig

Connect = Callable[[], "APIClient"]

_INLINE = "DOCKER_AUTH_CONFIG"
_NOT_FOUND = 404
_CALL_TIMEOUT = 3600
"""Seconds for one call: the daemon answers a commit of gigabytes only when it is done."""
_ASK = 'start it ("systemctl start docker"), or set DOCKER_HOST to one that runs'

_OF_HELPERS = "Credentials store error"
_FULL = ("no space left on device", "disk quota exceeded")


class NoDaemonError(BuildError):
    """No Docker daemon answers, or it went away."""

    def __init__(self, problem: str, address: str = "") -> None:
        """Keep what was said by who tried to reach it, at *address* where that is known."""
        place = f' at "{address}"' if address else ""
        super().__init__(f"reach the Docker daemon{place}: {problem}", hint=_ASK)
        self.problem = problem


class LoginError(BuildError):
    """The logins that the Docker daemon is to get cannot be read."""

    def __init__(self, doing: str, problem: str) -> None:
        """Say what was being done (*doing*), and what the helper's trouble is (*problem*)."""
        super().__init__(
            f"{doing}: read the logins of config.json: {problem}",
            hint="mend credsStore and credHelpers of config.json, or install the helper",
        )


class DaemonError(BuildError):
    """The Docker daemon refused or failed; *status* is its HTTP status, 0 where unknown."""

    def __init__(self, doing: str, problem: str, *, status: int = 0, hint: str = "") -> None:
        """Say what was being done (*doing*) and what the daemon said (*problem*)."""
        super().__init__(f"{doing}: {problem}", hint=hint)
        self.status = status
        self.problem = problem


class FullDaemonError(DaemonError):
    """The disk of the Docker daemon is full. It reads the same whatever was being done."""

    def __init__(self, status: int = 0) -> None:
        """Leave out what was being done: every image of a build fails of it at once."""
        super().__init__(
            "keep images in the Docker daemon",
            "no space left on device",
            status=status,
            hint="make room where it keeps them: docker system df shows what takes it",
        )


def is_full(problem: str) -> bool:
    """Whether the daemon says by *problem* that its disk is full."""
    return any(sign in problem.lower() for sign in _FULL)


def refusal(doing: str, problem: str, status: int = 0) -> DaemonError:
    """Return the error for what the daemon says of *doing* something.

    An image that somebody else removes at that moment is not there, whatever status that has.

    >>> refusal("remove it", "unrecognized image ID sha256:0", 500).status
    404
    """
    if "unrecognized image id" in problem.lower():
        status = _NOT_FOUND
    return (
        FullDaemonError(status) if is_full(problem) else DaemonError(doing, problem, status=status)
    )


def connect(environment: Mapping[str, str], config_folder: Path | None = None) -> "APIClient":
    """Connect to the daemon that *environment* names; `NoDaemonError` where none answers.

    Credentials are those of its ``DOCKER_AUTH_CONFIG``, then of ``config.json`` in *config_folder*,
    else of Docker's own folder.
    """

    def make(version: str) -> "APIClient":
        return _connected(environment, config_folder, version)

    address = plain_address(environment)
    return make("auto") if address is None else cast("APIClient", LookingClient(address, make))


def _connected(
    environment: Mapping[str, str], config_folder: Path | None, version: str
) -> "APIClient":
    import docker

    # What docker-py says twice: the error tells it.
    warnings.filterwarnings("ignore", "docker-credential-.* not installed", UserWarning)
    try:
        with daemon_errors("reach the Docker daemon"):
            api = docker.from_env(
                version=version, timeout=_CALL_TIMEOUT, environment=dict(environment)
            ).api
    except NoDaemonError as error:
        raise NoDaemonError(error.problem, environment.get("DOCKER_HOST", "")) from error
    path = config_folder / "config.json" if config_folder is not None else None
    inline = environment.get(_INLINE, "").strip()
    if inline or (path is not None and path.exists()):
        # What docker-py's own reload_config does, with what we know better.
        api._auth_configs = credentials_in(path, inline)  # type: ignore[attr-defined]  # its stubs have none
    return api


def credentials_in(path: Path | None, inline: str = "") -> "AuthConfig":
    """Return the credentials of *inline*, for other registries of the ``config.json`` at *path*.

    For docker-py an empty helper of one registry is the store of all; for Docker it is none.
    """
    from docker import auth

    first = _logins(_document(inline), f"${_INLINE}") if inline else auth.AuthConfig({})

    class Credentials(auth.AuthConfig):
        @property
        def is_empty(self) -> bool:
            return super().is_empty and first.is_empty

        def resolve_authconfig(self, registry: str | None = None) -> Any:
            return first.resolve_authconfig(registry) or super().resolve_authconfig(registry)

        def get_credential_store(self, registry: str | None) -> str | None:
            key = registry if registry not in (None, auth.INDEX_NAME) else auth.INDEX_URL
            return (
                (self.cred_helpers[key] or None) if key in self.cred_helpers else self.creds_store
            )

    try:
        document = json.loads(path.read_bytes()) if path is not None else {}
    except (
        OSError,
        ValueError,
    ):  # none, Docker's format before 1.7, or broken: as it is read there
        document = {}
    if not isinstance(document, dict) or not document:
        return Credentials(auth.load_config(str(path) if path else None))
    return Credentials(_logins(document, f'"{path}"'))


def _logins(document: dict[str, Any], place: str) -> "AuthConfig":
    """Return the logins of a configuration; those that the package does not know are packed."""
    from docker import auth

    if "auths" not in document:
        return auth.load_config(config_dict=document)
    try:
        return auth.load_config(config_dict={**document, "auths": packed_logins(document)})
    except ValueError as error:
        raise RegistryError(f"read Docker's credentials from {place}: {error}") from error


def _document(inline: str) -> dict[str, Any]:
    doing = f"read Docker's credentials from ${_INLINE}"
    try:
        found = json.loads(inline)
    except ValueError as error:
        raise RegistryError(f"{doing}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise RegistryError(f"{doing}: not a JSON object")
    return found


@contextmanager
def daemon_errors(doing: str) -> Iterator[None]:
    """Turn docker-py's errors, and those of its transport, into `DaemonError`, `NoDaemonError`."""
    try:
        yield
    except NotThereError as error:
        raise DaemonError(doing, error.problem, status=_NOT_FOUND) from error
    except WerfishError:
        raise
    except Exception as error:
        ours = _ours(doing, error)
        if ours is None:
            raise
        raise ours from error


def _ours(doing: str, error: Exception) -> BuildError | None:
    """Return *error* as one of ours, or ``None`` where it is none of docker-py's."""
    from docker import errors
    from requests import RequestException
    from urllib3 import exceptions

    if isinstance(error, errors.APIError):
        problem = str(error.explanation or error)
        return refusal(doing, problem, error.status_code or 0)
    if isinstance(error, errors.DockerException) and _OF_HELPERS in str(error):
        return LoginError(doing, str(error.__context__ or error))
    foreign = (errors.DockerException, RequestException, exceptions.HTTPError, ConnectionError)
    return NoDaemonError(_plain(error)) if isinstance(error, foreign) else None


def _plain(error: Exception) -> str:
    """Return the innermost reason: the libraries wrap it several times over."""
    causes: list[BaseException] = [error]
    while (inner := causes[-1].__cause__ or causes[-1].__context__) and inner not in causes:
        causes.append(inner)
    reasons = [cause for cause in causes if isinstance(cause, OSError) and cause.strerror]
    if reasons:
        return str(reasons[-1].strerror).lower()
    is_cut = any(isinstance(cause, ConnectionError) for cause in causes)
    return "it broke the connection off" if is_cut else str(error)
