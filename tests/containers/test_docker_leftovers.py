"""Volumes and containers of a build: gone after it, and never the reason that is told."""

import threading
from io import StringIO
from pathlib import Path
from typing import Any, cast

import pytest

from werfish.backoff import Timing
from werfish.build.temporary_folders import TemporaryFolders
from werfish.containers.backend import LocalImage
from werfish.containers.docker import DockerBackend
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_run import removed_if_failed
from werfish.containers.fact_store import FactStore
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.storage.leases import host_lease


class Daemon:
    """Refuses to remove a volume while something that uses it is being removed."""

    def __init__(self) -> None:
        self.may_go, self.is_free = threading.Event(), threading.Event()
        self.volumes: set[str] = set()
        self.is_broken = False

    def create_volume(self, name: str, labels: dict[str, str]) -> None:
        self.volumes.add(name)

    def remove_container(self, name: str, *, force: bool, v: bool) -> None:
        raise DaemonError("remove a container", "removal is in progress", status=409)

    def inspect_image(self, reference: str) -> dict[str, Any]:
        self.may_go.wait(30)
        self.is_free.set()
        return {"RepoTags": [reference]}

    def remove_volume(self, name: str, *, force: bool) -> None:
        if self.is_broken or not self.is_free.is_set():
            raise DaemonError("remove a temporary volume", "volume is in use", status=409)
        self.volumes.remove(name)


def backend_of(daemon: Daemon, folder: Path, lease: Any) -> DockerBackend:
    log = Log(StringIO(), clock=lambda: 0.0)
    timing = Timing(lambda: 0.0, lambda _: None, lambda: 0.0)
    return DockerBackend(lambda: cast("Any", daemon), FactStore(folder), lease, log, timing)


def fail_in_a_volume(daemon: Daemon, folder: Path) -> None:
    with host_lease(folder) as lease:
        backend = backend_of(daemon, folder, lease)
        with TemporaryFolders(backend) as temporary:
            temporary.volume("/tmp")
            backend.discard(LocalImage("sha256:1", ImageConfig("amd64", "linux", "", {}, ())))
            daemon.may_go.set()
            raise ValueError("the user's own")


def test_what_uses_a_volume_is_gone_before_it_also_after_an_error(tmp_path: Path) -> None:
    """Containers of stages before are removed in the background."""
    daemon = Daemon()
    with pytest.raises(ValueError, match="the user's own"):
        fail_in_a_volume(daemon, tmp_path)
    assert daemon.volumes == set()


def test_a_volume_that_stays_does_not_hide_the_error(tmp_path: Path) -> None:
    """The next run sweeps it away."""
    daemon = Daemon()
    daemon.is_broken = True
    with pytest.raises(ValueError, match="the user's own"):
        fail_in_a_volume(daemon, tmp_path)


def test_a_container_that_stays_does_not_hide_the_error() -> None:
    """Another process may sweep it just then."""
    with (
        pytest.raises(ValueError, match="the user's own"),
        removed_if_failed(cast("Any", Daemon()), "c1", "app/install"),
    ):
        raise ValueError("the user's own")
