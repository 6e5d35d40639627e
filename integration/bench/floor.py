"""The floor of a build: what its daemon alone takes for the containers and the layers of a case.

No git, no digests, nothing compared: each container runs ``true`` and is committed, each layer is
loaded on what is below it, three images at once. Whoever builds with this daemon pays at least
that.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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


def do_steps(case: str, folder: Path) -> list[str]:
    """Do the steps of *case* with the files of the repository in *folder*; return the images."""
    tree = subprocess.run(["git", "archive", "HEAD"], cwd=folder, check=True, capture_output=True)
    layers = {ALL_FILES: tree.stdout, ONE_FILE: _one_file(case)}

    def one(number: int, base: str) -> list[str]:
        made: list[str] = []
        with docker_api(os.environ) as api:
            for step in STEPS[case]:
                last = made[-1] if made else base
                tag = f"werfish-bench-floor:{number}-{len(made)}"
                made.append(_run(api, last) if step == RUN else _load(api, last, layers[step], tag))
        return made

    with ThreadPoolExecutor(len(IMAGES)) as pool:
        done = pool.map(one, range(len(IMAGES)), IMAGES.values())
        return [image for made in done for image in reversed(made)]


def remove_images(images: list[str]) -> None:
    """Remove what `do_steps` made."""
    with docker_api(os.environ) as api:
        for image in images:
            with suppress(ImageNotFound):  # it went with the last one that was made of it
                api.remove_image(image, force=True)


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
