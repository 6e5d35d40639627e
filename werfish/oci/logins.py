"""The logins of a Docker configuration, as docker's own package reads them. Pure.

Docker takes a password packed into ``auth``, or beside its user; the package knows the first only.
Both our own requests and those of the Docker daemon follow from what this returns.
"""

import base64
from collections.abc import Mapping
from typing import Any

_NAMED = ("auth", "identitytoken", "username", "password")


def packed_logins(sections: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return ``auths`` of *sections* with every password packed; ValueError where it is broken."""
    return {key: _packed(key, entry or {}) for key, entry in named(sections, "auths").items()}


def named(sections: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the object *key* of *sections*, empty where it is missing; ValueError for others."""
    found = sections.get(key) or {}
    if not isinstance(found, dict):
        raise ValueError(f'"{key}" is no JSON object')
    return found


def _packed(key: str, entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise ValueError(f'the entry of "{key}" is no JSON object')
    texts = {name: entry[name] for name in _NAMED if entry.get(name)}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f'the entry of "{key}" holds what is no text')
    user, password = texts.pop("username", ""), texts.pop("password", "")
    if user and "auth" not in texts:
        texts["auth"] = base64.b64encode(f"{user}:{password}".encode()).decode()
    return texts
