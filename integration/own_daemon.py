"""A Docker daemon of one test's own, which it may kill, restart and fill.

It has its own socket, data, control groups, containerd and network namespace: in the machine's own
it would take the bridge of another daemon away, most of all with ``--bridge none``. No registry is
reached from there, so its images are those that it is given.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from integration.kit import cgroups, daemon
from integration.kit.api import Endpoints
from integration.kit.apt import Need, find, install
from integration.kit.bases import BUSYBOX
from integration.kit.docker_api import answers
from integration.kit.folders import Folders, folders_of
from integration.kit.mounts import unmount_below
from integration.kit.processes import end, marked

_NAME = "own-dockerd"
_NEEDS = (
    *(Need("dockerd", "docker.io"), Need("containerd", "containerd"), Need("runc", "runc")),
    *(Need("mount", "mount"), Need("docker", "docker.io"), Need("unshare", "util-linux")),
    Need("ip", "iproute2"),
)


@dataclass(frozen=True)
class OwnDaemon:
    """A daemon whose state is in *folders*; its data may lie on a disk of its own."""

    folders: Folders

    @property
    def host(self) -> str:
        """Where it listens."""
        return f"unix://{self.folders.run}/docker.sock"

    @property
    def data(self) -> Path:
        """Where it keeps images and containers."""
        return self.folders.state / "data"

    def start(self) -> None:
        """Start it and wait until it answers."""
        for name in ("dockerd.pid", "exec/containerd/containerd.pid"):
            (self.folders.state / name).unlink(missing_ok=True)
        doing = "start a Docker daemon of the test's own"
        daemon.start(self.folders, _NAME, self._arguments(), doing=doing)
        daemon.wait_for(
            self.folders, lambda: answers(self.host), seconds=60, doing=doing, daemons=[_NAME]
        )

    def stop(self) -> None:
        """Let it end what runs, and end."""
        daemon.stop(self.folders, _NAME, seconds=20)

    def kill(self) -> None:
        """End it at once, with its containerd; what runs in containers goes on."""
        programs = ("dockerd", "containerd")
        ours = [one for one, _ in marked(self._mark) if _program(one.pid) in programs]
        for one in ours:
            with suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        daemon.stop(self.folders, _NAME, seconds=0)
        end(ours, seconds=0)

    def docker(self, *arguments: str) -> str:
        """Run ``docker`` for this daemon and return what it prints."""
        line = ["docker", "--host", self.host, *arguments]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()

    def take(self, source: str, name: str) -> None:
        """Copy the image *source* of the usual daemon, and call it *name*."""
        with tempfile.NamedTemporaryFile(dir=self.folders.state) as archive:
            subprocess.run(["docker", "save", "-o", archive.name, source], check=True)
            self.docker("load", "-i", archive.name)
        self.docker("tag", source, name)

    def remove(self) -> None:
        """End it with everything that it made."""
        self.stop()
        end((one for one, _ in marked(self._mark)), seconds=0)
        cgroups.remove(self._cgroup)
        unmount_below(self.folders.state)
        shutil.rmtree(self.folders.state, ignore_errors=True)

    @property
    def _mark(self) -> str:
        return f"{self.folders.state}/{_NAME}"

    @property
    def _cgroup(self) -> str:
        return f"werfish-{self.folders.state.name}"

    def _arguments(self) -> list[str]:
        state = self.folders.state
        argv = [find("dockerd") or "dockerd", "--host", self.host, "--data-root", str(self.data)]
        argv += ["--exec-root", f"{state}/exec", "--pidfile", f"{state}/dockerd.pid"]
        argv += ["--iptables=false", "--ip6tables=false", "--shutdown-timeout", "1"]
        argv += ["--cgroup-parent", f"/{self._cgroup}"]
        inside = 'ip link set lo up && exec "$@"'
        return [find("unshare") or "unshare", "--net", "sh", "-c", inside, "sh", *argv]


@contextmanager
def own_daemon(kit: Endpoints, *, megabytes: int = 0) -> Iterator[OwnDaemon]:
    """Run one that has busybox; with *megabytes* its data lie on a disk of that size."""
    install(folders_of(), _NEEDS)
    # Sockets below it end at 107 characters, so that pytest's folder would be too long.
    state = Path(tempfile.mkdtemp(prefix="werfish-own-", dir="/tmp"))
    folders = Folders(state, folders_of().cache)
    running = OwnDaemon(folders)
    try:
        running.data.mkdir()
        if megabytes:
            mount_disk(running.data, megabytes)
        running.start()
        running.take(pulled(kit), BUSYBOX)
        yield running
    finally:
        running.remove()


def pulled(kit: Endpoints) -> str:
    """Pull busybox into the usual daemon and return its name there."""
    name = f"{kit.mirror}/library/{BUSYBOX}" if kit.mirror else BUSYBOX
    subprocess.run(["docker", "pull", "-q", name], check=True, capture_output=True)
    return name


def mount_disk(folder: Path, megabytes: int) -> None:
    """Mount a disk of that size, in memory, at *folder*."""
    options = f"size={megabytes}m,mode=755"
    line = ["mount", "-t", "tmpfs", "-o", options, "werfish-disk", str(folder)]
    subprocess.run(line, check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Have a disk of that size at *folder*, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    mount_disk(folder, megabytes)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return ""
