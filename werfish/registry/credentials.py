"""Docker's credentials: ``config.json`` with its stores and helpers, read by docker's own package.

A registry's password is looked up when the registry asks for it, once, and is held nowhere else.
"""

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Any

from stages.light_dataclass import dataclass
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


def docker_credentials(folder: Path, inline: str = "") -> CredentialSource:
    """Return the source of what ``config.json`` in *folder* says; `CredentialsError` where broken.

    *inline* is such a document itself (``DOCKER_AUTH_CONFIG``), and comes first. The file is read
    at the first question, and each host is looked up once.
    """
    lock = threading.Lock()
    known: dict[str, Credentials | None] = {}

    def credentials_for(host: str) -> Credentials | None:
        with lock:
            if host not in known:
                known[host] = _look_up(folder / "config.json", host, inline)
            return known[host]

    return credentials_for


def _look_up(path: Path, host: str, inline: str) -> Credentials | None:
    found = None
    if inline.strip():
        sections = _sections_in(inline.encode(), "$DOCKER_AUTH_CONFIG")
        found = _entry_for(host, sections, "$DOCKER_AUTH_CONFIG")
    return found or _entry_for(host, _sections_of(path), f'"{path}"')


def _entry_for(host: str, sections: dict[str, Any], place: str) -> Credentials | None:
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
            f'look up the credentials of "{name}" in {place}: {error}',
            hint=f'log in again with "docker login {name}"',
        ) from error
    return _credentials(entry or {})


def _check_helper(name: str | None) -> None:
    """Refuse a helper that is not installed; docker's package would only warn, past our log."""
    if name and shutil.which(f"docker-credential-{name}") is None:
        raise ValueError(f'its helper "docker-credential-{name}" is not installed')


def _sections_of(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        doing = f'read Docker\'s credentials from "{path}"'
        raise CredentialsError(f"{doing}: {error.strerror}") from error
    return _sections_in(text, f'"{path}"')


def _sections_in(text: bytes, place: str) -> dict[str, Any]:
    doing = f"read Docker's credentials from {place}"
    try:
        document = json.loads(text)
    except ValueError as error:
        # The text of the error is about places, not about what stands there.
        raise CredentialsError(f"{doing}: not JSON: {error}") from error
    if not isinstance(document, dict):
        raise CredentialsError(f"{doing}: not a JSON object")
    return {key: document[key] for key in _SECTIONS if document.get(key)}


def _credentials(entry: dict[str, Any]) -> Credentials | None:
    found = Credentials(
        entry.get("username") or entry.get("Username") or "",
        entry.get("password") or entry.get("Password") or "",
        entry.get("IdentityToken") or "",
    )
    return found if found != Credentials() else None
