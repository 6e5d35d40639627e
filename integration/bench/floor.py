"""The floor of a build: what its daemon alone takes for the containers and the layers of a case.

No git, nothing compared: each container runs ``true`` and is committed, each layer, packed before,
is loaded on what is below it, three images at once. Whoever runs each instruction in a container of
this daemon, and gives it files as layers, pays at least that.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docker.errors import ImageNotFound

from integration.bench.project import IMAGES
from integration.published import docker_api

if TYPE_CHECKING:
    from docker import APIClient

TITLE = "its daemon alone"
RUN, ALL_FILES, ONE_FILE = "run", "all files", "one file"
STEPS = {
    "cold": (RUN, ALL_FILES, RUN, RUN, RUN),
    "one changed file": (ONE_FILE,),
    "one changed dependency of setup": (ONE_FILE, RUN),
}
"""What the daemon does for each image in a case; nothing in those that are not here."""


@dataclass
class Floor:
    """The steps of *case* with the files of the repository in *folder*, made ready before."""

    case: str
    folder: Path
    made: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Pack the layers."""
        archive = ["git", "archive", "HEAD"]
        tree = subprocess.run(archive, cwd=self.folder, check=True, capture_output=True)
        self.layers = {ALL_FILES: tree.stdout, ONE_FILE: _one_file(self.case)}

    def do(self) -> None:
        """Do the steps, the images at once."""
        with ThreadPoolExecutor(len(IMAGES)) as pool:
            list(pool.map(self._do, range(len(IMAGES)), IMAGES.values()))

    def remove(self) -> None:
        """Remove what was made."""
        with docker_api(os.environ) as api:
            for image in reversed(self.made):
                with suppress(ImageNotFound):  # it went with the last one that was made of it
                    api.remove_image(image, force=True)

    def _do(self, number: int, last: str) -> None:
        with docker_api(os.environ) as api:
            for at, step in enumerate(STEPS[self.case]):
                tag = f"werfish-bench-floor:{number}-{at}"
                last = _run(api, last) if step == RUN else _load(api, last, self.layers[step], tag)
                self.made.append(last)


def _run(api: "APIClient", base: str) -> str:
    container = api.create_container(base, ["true"])["Id"]
    try:
        api.start(container)
        api.wait(container)
        return str(api.commit(container)["Id"])
    finally:
        api.remove_container(container, force=True)


def _load(api: "APIClient", base: str, layer: bytes, tag: str) -> str:
    """Load *layer* on *base*, as an image with *tag*; its other layers are there."""
    below = api.inspect_image(base)["RootFS"]["Layers"]  # type: ignore[no-untyped-call]
    diff_ids = [*below, f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    rootfs = {"type": "layers", "diff_ids": diff_ids}
    config = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}
    data = json.dumps({**config, "author": tag}).encode()
    names = [f"{diff_id.removeprefix('sha256:')}.tar" for diff_id in diff_ids]
    manifest = [{"Config": "config.json", "RepoTags": [tag], "Layers": names}]
    files = {"config.json": data, "manifest.json": json.dumps(manifest).encode(), names[-1]: layer}
    api.load_image(_packed(files), quiet=True)  # type: ignore[no-untyped-call]
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _one_file(name: str) -> bytes:
    return _packed({name.replace(" ", "-"): os.urandom(30)})


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()
