"""Ansible's way into the container: each request goes to the werfish that started Ansible.

One connection of the socket is one program, or one file, in the container. This file is loaded by
Ansible, perhaps by another Python than werfish's, so it uses nothing of werfish.
"""

from __future__ import annotations

import json
import os
import shlex
import socket
from pathlib import Path

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: werfish
short_description: run in a container of a werfish build
description: Sends what is to be run to the werfish that started Ansible.
extends_documentation_fragment: [connection_pipelining]
options: {}
"""


class Connection(ConnectionBase):
    """A connection to the one container of the build."""

    transport = "werfish"
    has_pipelining = True

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def close(self) -> None:
        """Nothing stays open between two requests."""
        self._connected = False

    def exec_command(
        self, cmd: str, in_data: bytes | None = None, sudoable: bool = True
    ) -> tuple[int, bytes, bytes]:
        """Run a line of the image's shell with *in_data* as its input."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        return self._ask(["/bin/sh", "-c", cmd], in_data or b"")

    def put_file(self, in_path: str, out_path: str) -> None:
        """Write a file of this host into the container."""
        super().put_file(in_path, out_path)
        content = Path(os.fsdecode(in_path)).read_bytes()
        code, _, stderr = self._ask(["/bin/sh", "-c", f"cat > {shlex.quote(out_path)}"], content)
        if code != 0:
            raise AnsibleError(f"write {out_path!r} in the container: {stderr.decode()}")

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Read a file of the container to this host."""
        super().fetch_file(in_path, out_path)
        code, content, stderr = self._ask(["/bin/sh", "-c", f"cat {shlex.quote(in_path)}"], b"")
        if code != 0:
            raise AnsibleError(f"read {in_path!r} in the container: {stderr.decode()}")
        Path(os.fsdecode(out_path)).write_bytes(content)

    def _ask(self, arguments: list[str], content: bytes) -> tuple[int, bytes, bytes]:
        """Send a request as a line of JSON and *content*; the answer comes in the same form."""
        try:
            with _connected(Path(os.environ["WERFISH_SOCKET"])) as connection:
                request = {"arguments": arguments, "length": len(content)}
                connection.sendall(json.dumps(request).encode() + b"\n" + content)
                with connection.makefile("rb") as answer:
                    said = json.loads(answer.readline())
                    if "problem" in said:
                        raise AnsibleConnectionFailure(said["problem"])
                    return said["code"], answer.read(said["stdout"]), answer.read(said["stderr"])
        except (OSError, ValueError) as error:
            raise AnsibleConnectionFailure(f"reach the container: {error}") from error


def _connected(path: Path) -> socket.socket:
    """Connect by way of the folder's number: a socket's path must be short."""
    folder = os.open(path.parent, os.O_PATH)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(f"/proc/self/fd/{folder}/{path.name}")
    except OSError:
        connection.close()
        raise
    finally:
        os.close(folder)
    return connection
