"""Kubeconfigs of the plain kind, read without the ``kubernetes`` package.

To import that takes longer than many a command's own work. Plain is one file whose context has
keys, certificates or a token in it or beside it; for plug-ins, other providers and everything
else that is rare the package is used, which also knows what to say of mistakes. Pure.
"""

import posixpath
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from stages.light_dataclass import dataclass

_CLUSTER = frozenset({"server", "certificate-authority", "certificate-authority-data"})
_USER = frozenset(
    {"client-certificate", "client-certificate-data", "client-key", "client-key-data", "token"}
)


@dataclass(frozen=True, slots=True)
class Material:
    """Something in PEM: its *text*, or the *path* of a file with it, or neither."""

    text: bytes = field(default=b"", repr=False)
    path: str = ""


@dataclass(frozen=True, slots=True)
class PlainConfig:
    """A server, how it is known, and who one is there."""

    server: str
    authority: Material
    certificate: Material
    key: Material
    token: str = field(default="", repr=False)


def plain_config(document: Any, context: str, folder: str | None) -> PlainConfig | None:
    """Return what *document*, a kubeconfig in *folder*, says of *context* (empty: the current one).

    None where it is not plain, or not right. Without a folder it can name no files.
    """
    try:
        chosen = _named(document, "contexts", context or document["current-context"])["context"]
        cluster = _named(document, "clusters", chosen["cluster"])["cluster"]
        user = _named(document, "users", chosen["user"])["user"] or {}
        if not (cluster.keys() <= _CLUSTER and user.keys() <= _USER):
            return None
        server, token = cluster["server"], user.get("token", "")
        if not isinstance(server, str) or not isinstance(token, str):
            return None
        return PlainConfig(
            server.rstrip("/"),
            _material(cluster, "certificate-authority", folder),
            _material(user, "client-certificate", folder),
            _material(user, "client-key", folder),
            token.strip(),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _named(document: Any, kind: str, name: str) -> Any:
    found = [one for one in document[kind] if one["name"] == name]
    if len(found) != 1:
        raise ValueError(name)
    return found[0]


def _material(table: Mapping[str, Any], name: str, folder: str | None) -> Material:
    if data := table.get(f"{name}-data"):
        return Material(text=b64decode(data, validate=True))
    path = table.get(name)
    if path and folder is None:
        raise ValueError(name)
    return Material(path=posixpath.join(folder or "", path)) if path else Material()
