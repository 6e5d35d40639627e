"""Images of chance alone, which nothing can compress, put into a registry by a few requests."""

import gzip
import json
import random
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import OCI_CONFIG, OCI_LAYER_GZIP, OCI_MANIFEST
from werfish.oci.reference import Reference, Repository
from werfish.registry.bodies import file_body
from werfish.registry.client import RegistryClient

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class MadeLayer:
    """A layer in *path*: its *blob*, and the digest of its content."""

    path: Path
    blob: Descriptor
    diff_id: str


def make_layers(folder: Path, sizes: Sequence[int], seed: str) -> tuple[MadeLayer, ...]:
    """Write a layer of each of *sizes* into *folder*, with one file of random bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        _make_layer(folder / f"layer-{number}", size, f"{seed} {number}")
        for number, size in enumerate(sizes)
    )


def _make_layer(path: Path, size: int, seed: str) -> MadeLayer:
    content, packed = sha256(), sha256()
    with path.open("wb") as file, gzip.GzipFile("", "wb", 0, file, mtime=0) as archive:
        for chunk in _archive(path.name, size, random.Random(seed)):
            content.update(chunk)
            archive.write(chunk)
    for chunk in file_body(path)():
        packed.update(chunk)
    digest = f"sha256:{packed.hexdigest()}"
    blob = Descriptor(OCI_LAYER_GZIP, digest, path.stat().st_size)
    return MadeLayer(path, blob, f"sha256:{content.hexdigest()}")


def _archive(name: str, size: int, chance: random.Random) -> Iterator[bytes]:
    """Yield a tar archive with one file."""
    member = tarfile.TarInfo(name)
    member.size = size
    yield member.tobuf(tarfile.PAX_FORMAT)
    for start in range(0, size, _CHUNK):
        yield chance.randbytes(min(_CHUNK, size - start))
    yield bytes(-size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)


def put_image(client: RegistryClient, reference: Reference, layers: Sequence[MadeLayer]) -> None:
    """Put an image of *layers* where *reference* says."""
    for layer in layers:
        body = file_body(layer.path)
        client.upload_blob(reference.repository, layer.blob.digest, layer.blob.size, body)
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        }
    ).encode()
    described = put_bytes(client, reference.repository, config)
    manifest = Manifest(described, tuple(layer.blob for layer in layers))
    client.put_manifest(reference, OCI_MANIFEST, manifest.encode())


def put_bytes(client: RegistryClient, repository: Repository, data: bytes) -> Descriptor:
    """Put *data*, a configuration, into *repository*."""
    digest = f"sha256:{sha256(data).hexdigest()}"
    client.upload_blob(repository, digest, len(data), lambda: [data])
    return Descriptor(OCI_CONFIG, digest, len(data))
