"""Kubeconfig files: who reaches the API server with which certificate."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from integration.kit.files import write_changed
from integration.kit.kubernetes.layout import Layout


def write(layout: Layout, user: str, path: Path) -> None:
    """Write the kubeconfig of *user*, who has a certificate of that name, to *path*."""
    text = json.dumps(document_of(layout, user), indent=1)  # JSON is YAML
    write_changed(path, text, mode=0o600)


def document_of(layout: Layout, user: str) -> dict[str, object]:
    """Return the kubeconfig of *user*."""
    cluster = {
        "server": layout.server,
        "certificate-authority-data": _encoded(layout.pki / "ca.crt"),
    }
    identity = {
        "client-certificate-data": _encoded(layout.pki / f"{user}.crt"),
        "client-key-data": _encoded(layout.pki / f"{user}.key"),
    }
    context = {"cluster": "kit", "user": user, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "kit", "cluster": cluster}],
        "users": [{"name": user, "user": identity}],
        "contexts": [{"name": "kit", "context": context}],
        "current-context": "kit",
    }


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
