"""A real sshd on a free port of loopback, for who has its key; HTTP: `tests.git.servers`."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integration.kit.apt import Need, find, install
from integration.kit.folders import folders_of

_NEEDS = (Need("sshd", "openssh-server"), Need("ssh", "openssh-client"))


@dataclass(frozen=True)
class SshServer:
    """Where it listens, the *key* that it lets in, and a file of *known_hosts* with its own."""

    port: int
    key: Path
    known_hosts: Path

    def url(self, repository: Path) -> str:
        """Return the address of the repository at that path."""
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{repository}"


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """Run one, with its keys in *folder*."""
    install(folders_of(), _NEEDS)
    sshd = find("sshd")
    if sshd is None:
        raise FileNotFoundError("sshd")
    folder.mkdir()
    for name in ("host", "user"):
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    host_key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    (folder / "config").write_text(_configuration(folder, port))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    line = [sshd, "-D", "-e", "-f", str(folder / "config")]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as server:
        try:
            _await_listening(server)
            yield SshServer(port, folder / "user", folder / "known_hosts")
        finally:
            server.terminate()


def _configuration(folder: Path, port: int) -> str:
    return (
        f"ListenAddress 127.0.0.1:{port}\n"
        f"HostKey {folder / 'host'}\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\n"
        "PidFile none\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        "KbdInteractiveAuthentication no\n"
    )


def _await_listening(server: "subprocess.Popen[str]") -> None:
    said = []
    for line in server.stderr or ():
        said.append(line)
        if "Server listening" in line:
            return
    raise ChildProcessError("sshd ended: " + "".join(said))


def _run(*line: str) -> None:
    subprocess.run(line, check=True, capture_output=True)
