"""An image of one layer: a folder with the layer, the config and the manifest."""

from __future__ import annotations

import gzip
import hashlib
import json
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
FILES = {CONFIG_TYPE: "config.json", LAYER_TYPE: "layer.tar.gz", MANIFEST_TYPE: "manifest.json"}


def architecture() -> str:
    """Return this machine's architecture as images call it."""
    return ARCHITECTURES.get(platform.machine(), platform.machine())


def config_of(diff_id: str, run: Mapping[str, object]) -> dict[str, object]:
    """Return the config of an image with one layer and the run settings *run*."""
    return {
        "architecture": architecture(),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": dict(run),
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "werfish-kit"}],
    }


def write(layer: Path, run: Mapping[str, object], folder: Path) -> None:
    """Write the image of the tar file *layer* into *folder*, whole or not at all."""
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with layer.open("rb") as source, (unfinished / FILES[LAYER_TYPE]).open("wb") as packed:
        diff_id = f"sha256:{hashlib.file_digest(source, 'sha256').hexdigest()}"
        source.seek(0)
        # Without a name and a time, equal layers make equal blobs.
        with gzip.GzipFile("", "wb", 6, packed, mtime=0) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    (unfinished / FILES[CONFIG_TYPE]).write_text(json.dumps(config_of(diff_id, run)))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": _descriptor(unfinished, CONFIG_TYPE),
        "layers": [_descriptor(unfinished, LAYER_TYPE)],
    }
    (unfinished / FILES[MANIFEST_TYPE]).write_text(json.dumps(manifest))
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def is_complete(folder: Path) -> bool:
    """Tell whether *folder* holds an image."""
    return (folder / FILES[MANIFEST_TYPE]).exists()


def digest_of(path: Path) -> str:
    """Return the digest of the file *path*."""
    with path.open("rb") as content:
        return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"


def _descriptor(folder: Path, kind: str) -> dict[str, object]:
    path = folder / FILES[kind]
    return {"mediaType": kind, "size": path.stat().st_size, "digest": digest_of(path)}
