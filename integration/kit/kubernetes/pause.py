"""The image of the container that holds a pod's namespaces: static busybox, asleep."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from integration.kit.apt import find
from integration.kit.image import config_of

NAME = "kit.local/pause:1"
RUN = {"Entrypoint": ["/bin/busybox", "sleep", "2147483647"]}


def write(path: Path) -> Path:
    """Write the image as a docker-archive to *path*, and return it."""
    layer = _tar({"bin/busybox": Path(find("busybox") or "/bin/busybox").read_bytes()})
    config = config_of(f"sha256:{hashlib.sha256(layer).hexdigest()}", RUN)
    manifest = [{"Config": "config.json", "RepoTags": [NAME], "Layers": ["layer.tar"]}]
    files = {
        "manifest.json": json.dumps(manifest).encode(),
        "config.json": json.dumps(config).encode(),
        "layer.tar": layer,
    }
    path.write_bytes(_tar(files))
    return path


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
