"""A folder in OCI's image layout: what buildctl makes of an image, and gets of those it needs.

https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from werfish.containers.backend import Layer
from werfish.containers.saved_image import unpack_saved
from werfish.oci.config import ImageConfig, decode_config
from werfish.oci.manifest import Descriptor, Manifest, decode_manifest
from werfish.oci.media_types import OCI_CONFIG, OCI_LAYER


def read_image(folder: Path) -> tuple[ImageConfig, tuple[Layer, ...]]:
    """Return the configuration and the layers of the one image in *folder*.

    ValueError where there is no such image.
    """
    (entry,) = json.loads((folder / "index.json").read_bytes())["manifests"]
    manifest = decode_manifest(blob_of(folder, entry["digest"]).read_bytes())
    if not isinstance(manifest, Manifest):
        raise ValueError("several images instead of one")
    config = decode_config(blob_of(folder, manifest.config.digest).read_bytes())
    return config, tuple(
        Layer(diff_id, blob_of(folder, one.digest), one.digest, one.size)
        for diff_id, one in zip(config.diff_ids, manifest.layers, strict=True)
    )


def add_saved(folder: Path, data: Iterable[bytes]) -> str:
    """Add the image that *data* has, as ``docker save`` writes it; return its manifest's digest."""
    blob_of(folder, "sha256:x").parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as unpacked:
        saved = unpack_saved(data, Path(unpacked))
        diff_ids = decode_config(saved.config).diff_ids
        layers = []
        for diff_id, path in zip(diff_ids, saved.layers, strict=True):
            layers.append(Descriptor(OCI_LAYER, diff_id, path.stat().st_size))
            if not blob_of(folder, diff_id).exists():
                blob_of(folder, diff_id).hardlink_to(path)
    manifest = Manifest(_added(folder, saved.config, OCI_CONFIG), tuple(layers))
    return _added(folder, manifest.encode(), manifest.media_type).digest


def blob_of(folder: Path, digest: str) -> Path:
    """Return where *folder* has the blob with *digest*."""
    return folder / "blobs" / digest.replace(":", "/", 1)


def _added(folder: Path, content: bytes, media_type: str) -> Descriptor:
    digest = f"sha256:{sha256(content).hexdigest()}"
    blob_of(folder, digest).write_bytes(content)
    return Descriptor(media_type, digest, len(content))
