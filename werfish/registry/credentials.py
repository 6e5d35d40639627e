"""Docker's credentials: ``config.json`` with its stores and helpers, read by docker's own package.

A registry's password is looked up when the registry asks for it, once, and is held nowhere else.
"""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werfish.oci.reference import HUB
from werfish.registry.errors import CredentialsError


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and password, or an identity token in their place."""

    user: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)


CredentialSource = Callable[[str], Credentials | None]
"""Gives the credentials for a registry's host, or ``None`` to go on without; thread-safe."""

_SECTIONS = ("auths", "credsStore", "credHelpers")


def anonymous(host: str) -> None:
    """Know no credentials for *host*, whichever it is."""
    del host


def docker_credentials(folder: Path) -> CredentialSource:
    """Return the source of what ``config.json`` in *folder* says; `CredentialsError` where broken.

    The file is read at the first question, and each host is looked up once.
    """
    lock = threading.Lock()
    known: dict[str, Credentials | None] = {}

    def credentials_for(host: str) -> Credentials | None:
        with lock:
            if host not in known:
                known[host] = _look_up(folder / "config.json", host)
            return known[host]

    return credentials_for


def _look_up(path: Path, host: str) -> Credentials | None:
    sections = _sections_of(path)
    if not sections:
        return None
    # Imported here: the package takes a tenth of a second, and most commands never log in.
    from docker.auth import load_config
    from docker.credentials.errors import StoreError
    from docker.errors import DockerException

    name = HUB if host == HUB or host.endswith(f".{HUB}") else host
    try:
        config = load_config(config_dict=sections)
        _check_helper(config.get_credential_store(name))
        entry = config.resolve_authconfig(name)
    except (DockerException, StoreError, ValueError) as error:
        raise CredentialsError(
            f'look up the credentials of "{name}" in "{path}": {error}',
            hint=f'log in again with "docker login {name}"',
        ) from error
    return _credentials(entry or {})


def _check_helper(name: str | None) -> None:
    """Refuse a helper that is not installed; docker's package would only warn, past our log."""
    if name and shutil.which(f"docker-credential-{name}") is None:
        raise ValueError(f'its helper "docker-credential-{name}" is not installed')


def _sections_of(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CredentialsError(f'read Docker\'s credentials from "{path}": {error}') from error
    if not isinstance(document, dict):
        raise CredentialsError(f'read Docker\'s credentials from "{path}": not a JSON object')
    return {key: document[key] for key in _SECTIONS if document.get(key)}


def _credentials(entry: dict[str, Any]) -> Credentials | None:
    found = Credentials(
        entry.get("username") or entry.get("Username") or "",
        entry.get("password") or entry.get("Password") or "",
        entry.get("IdentityToken") or "",
    )
    return found if found != Credentials() else None
