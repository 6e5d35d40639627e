"""A containerd of one test's own, to see what it makes of an image."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integration.kit import daemon
from integration.kit.apt import Need, find, install
from integration.kit.command import succeeds
from integration.kit.folders import Folders, folders_of
from integration.kit.mounts import unmount_below

_NAME = "own-containerd"
_SPACE = "werfish-test"


@dataclass(frozen=True)
class OwnContainerd:
    """A containerd that listens at *address*."""

    address: Path

    def load(self, archive: Path) -> None:
        """Take the images of *archive*, unpacked."""
        self._ctr("images", "import", str(archive))

    @contextmanager
    def mounted(self, reference: str, folder: Path) -> Iterator[Path]:
        """Mount the image *reference*, as it would be for a container, at *folder*."""
        folder.mkdir()
        self._ctr("images", "mount", reference, str(folder))
        try:
            yield folder
        finally:
            self._ctr("images", "unmount", str(folder))

    def _ctr(self, *arguments: str) -> str:
        line = ["ctr", "--address", str(self.address), "--namespace", _SPACE, *arguments]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def own_containerd() -> Iterator[OwnContainerd]:
    """Run one; it is gone afterwards with all that it has."""
    install(folders_of(), (Need("containerd", "containerd"), Need("ctr", "containerd")))
    with tempfile.TemporaryDirectory(prefix="werfish-own-", dir="/tmp") as text:
        state = Path(text)
        folders = Folders(state, folders_of().cache)
        address = state / "containerd.sock"
        config = state / "config.toml"
        config.write_text('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
        argv = [find("containerd") or "containerd", "--config", str(config)]
        argv += ["--root", f"{state}/root", "--state", f"{state}/run-state"]
        argv += ["--address", str(address)]
        doing = "start a containerd of the test's own"
        try:
            daemon.start(folders, _NAME, argv, doing=doing)
            daemon.wait_for(
                folders,
                lambda: succeeds(["ctr", "--address", str(address), "version"]),
                seconds=30,
                doing=doing,
                daemons=[_NAME],
            )
            yield OwnContainerd(address)
        finally:
            daemon.stop(folders, _NAME)
            unmount_below(state)
