"""Registries of a test's own: the real program, on a port and in a folder that nobody else uses."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integration.kit.token_server import ISSUER, SERVICE, TokenServer
from tests.fakes.authority import Authority, Certified


@contextmanager
def running_registry(
    folder: Path,
    port: int,
    auth: Mapping[str, Any] | None = None,
    tls: Mapping[str, Any] | None = None,
    *,
    is_readonly: bool = False,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a registry on *port*, its blobs in *folder*; it refuses writes if it *is_readonly*."""
    document = {
        "version": "0.1",
        "log": {"level": "info"},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "data")},
            "delete": {"enabled": True},
            "maintenance": {"readonly": {"enabled": is_readonly}},
        },
        "http": {"addr": f"127.0.0.1:{port}", **({"tls": tls} if tls else {})},
        **({"auth": auth} if auth else {}),
    }
    config, log = folder / "config.yml", folder / "registry.log"
    config.write_text(json.dumps(document))
    with (
        log.open("wb") as output,
        subprocess.Popen(
            ["docker-registry", "serve", str(config)], stdout=output, stderr=subprocess.PIPE
        ) as process,
    ):
        # Nobody else reads on: a full pipe would stop the registry.
        rest = threading.Thread(target=lambda: list(process.stderr or ()))
        try:
            wait_until_open(process, port)
            rest.start()
            yield process
        finally:
            process.kill()
            if rest.ident is not None:
                rest.join()


def wait_until_open(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait for the registry to say that it listens; its log is on stderr."""
    assert process.stderr is not None
    said = b""
    for line in process.stderr:
        said += line
        if b"listening on" in line:
            return
    raise AssertionError(f"the registry on port {port} ended: {said.decode(errors='replace')}")


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def token_auth(tokens: TokenServer, authority: Authority) -> dict[str, Any]:
    """Return the configuration of a registry that takes the tokens of *tokens*."""
    token = {
        "realm": tokens.realm,
        "service": SERVICE,
        "issuer": ISSUER,
        "rootcertbundle": str(authority.certificate),
    }
    return {"token": token}


def password_auth(folder: Path, user: str, password: str) -> dict[str, Any]:
    """Return the configuration of a registry that asks for a password."""
    program = shutil.which("htpasswd")
    assert program, "install apache2-utils"
    line = subprocess.run(
        [program, "-niB", user], input=password.encode(), capture_output=True, check=True
    )
    (folder / "htpasswd").write_bytes(line.stdout)
    return {"htpasswd": {"realm": "test", "path": str(folder / "htpasswd")}}


def tls_of(made: Certified, clients: Path | None = None) -> dict[str, Any]:
    """Return the configuration of a registry that shows *made*, perhaps to *clients* only."""
    asked = {"clientcas": [str(clients)]} if clients else {}
    return {"certificate": str(made.certificate), "key": str(made.key), **asked}
