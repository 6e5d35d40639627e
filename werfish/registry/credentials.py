"""Docker's credentials: ``config.json`` with its stores and helpers, read by docker's own package.

A registry's password is looked up when the registry asks for it, once, and is held nowhere else.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stages.light_dataclass import dataclass
from werfish.oci.logins import named, packed_logins
from werfish.oci.reference import HUB
from werfish.registry.credential_helper import ask_helper
from werfish.registry.errors import CredentialsError


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and password, or in their place an identity token, or a *bearer* token as it is sent."""

    user: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)
    bearer: str = field(default="", repr=False)


CredentialSource = Callable[[str], Credentials | None]
"""Gives the credentials for a registry's host, or ``None`` to go on without; thread-safe."""

_SECTIONS = ("auths", "credsStore", "credHelpers")
_SCHEMES, _ENDS = ("https://", "http://", ""), ("", "/", "/v1/", "/v2/")
"""How the name of a registry is written in ``auths``."""
_HUB_ENTRY = "https://index.docker.io/v1/"
"""What Docker Hub is called in ``credHelpers``."""


def anonymous(host: str) -> None:
    """Know no credentials for *host*, whichever it is."""
    del host


def docker_credentials(folder: Path, inline: str = "") -> CredentialSource:
    """Return the source of what ``config.json`` in *folder* says; `CredentialsError` where broken.

    *inline* is such a document itself (``DOCKER_AUTH_CONFIG``), and comes first. The file is read
    at the first question, and each host is looked up once, also in vain.
    """
    lock = threading.Lock()
    known: dict[str, Credentials | CredentialsError | None] = {}

    def credentials_for(host: str) -> Credentials | None:
        with lock:
            if host not in known:
                try:
                    known[host] = _look_up(folder / "config.json", host, inline)
                except CredentialsError as error:
                    known[host] = error
            found = known[host]
        if isinstance(found, CredentialsError):
            raise found
        return found

    return credentials_for


def _look_up(path: Path, host: str, inline: str) -> Credentials | None:
    found = None
    if inline.strip():
        sections = _sections_in(inline.encode(), "$DOCKER_AUTH_CONFIG")
        found = _entry_for(host, sections, "$DOCKER_AUTH_CONFIG")
    return found or _entry_for(host, _sections_of(path), f'"{path}"')


def _entry_for(host: str, sections: dict[str, Any], place: str) -> Credentials | None:
    name = HUB if host == HUB or host.endswith(f".{HUB}") else host
    doing = f'look up the credentials of "{name}" in {place}'
    try:
        helper, auths = _helper_for(name, sections), packed_logins(sections)
    except ValueError as error:
        raise CredentialsError(f"{doing}: {error}") from error
    if not helper and not auths:
        return None
    if not helper and (bearer := _bearer_for(name, sections)):
        return Credentials(bearer=bearer)
    try:
        kept = ask_helper(helper, _HUB_ENTRY if name == HUB else name) if helper else None
        return _kept(*kept) if kept else _logged_in(name, auths)
    except ValueError as error:
        hint = f'log in again with "docker login {name}"'
        if helper:
            hint = "mend the helper, or leave it out of credsStore and credHelpers and log in again"
        raise CredentialsError(f"{doing}: {error}", hint=hint) from error


def _kept(user: str, secret: str) -> Credentials:
    """Return what a helper keeps: under the user ``<token>`` it is an identity token."""
    if user == "<token>":
        return Credentials(identity_token=secret)
    return Credentials(user, secret)


def _logged_in(name: str, auths: Mapping[str, Any]) -> Credentials | None:
    # Imported here: the package takes a tenth of a second, and most commands never log in.
    from docker import auth, errors

    try:
        entry = auth.load_config(config_dict={"auths": auths}).resolve_authconfig(name)
    except (errors.DockerException, TypeError, KeyError) as error:
        raise ValueError(str(error)) from error
    except ValueError as error:  # of base64, or of splitting what it holds
        raise ValueError('an "auth" is not the base64 of USER:PASSWORD') from error
    return _credentials(entry or {})


def _helper_for(name: str, sections: dict[str, Any]) -> str:
    """Return the helper that Docker asks: an empty one in ``credHelpers`` means none at all."""
    helpers = named(sections, "credHelpers")
    helper = helpers.get(_HUB_ENTRY if name == HUB else name, sections.get("credsStore") or "")
    if not isinstance(helper, str):
        raise ValueError("the name of its helper is no text")
    return helper


def _bearer_for(name: str, sections: dict[str, Any]) -> str:
    """Return the ``registrytoken`` of *name*, which docker's package does not know."""
    auths, host = named(sections, "auths"), urlsplit(_HUB_ENTRY).netloc if name == HUB else name
    for key in (name, *(f"{scheme}{host}{end}" for scheme in _SCHEMES for end in _ENDS)):
        if entry := auths.get(key):
            return str(entry.get("registrytoken") or "")
    return ""


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
