"""Move the blobs of an image by werfish's own client, as a program, so that its memory is seen.

``python -m integration.bench.moving pull|push REFERENCE FOLDER``: an image to a folder, and back.
"""

import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests.registry.clients import client_of
from werfish.oci.manifest import Descriptor, Manifest, decode_manifest
from werfish.oci.reference import Reference, parse_reference
from werfish.registry.bodies import file_body
from werfish.registry.client import RegistryClient
from werfish.registry.hosts import RegistrySettings
from werfish.registry.transfer import Job, in_parallel

MANIFEST = "manifest"


def pull(client: RegistryClient, reference: Reference, folder: Path) -> None:
    """Write the manifest of *reference*, and every blob that it names, into *folder*."""
    folder.mkdir()
    stored = client.get_manifest(reference)
    (folder / MANIFEST).write_bytes(stored.data)

    def write(blob: Descriptor) -> Job[None]:
        def job(stop: threading.Event) -> None:
            with (folder / blob.digest).open("wb") as file:
                for chunk in client.get_blob(reference.repository, blob):
                    file.write(chunk)

        return job

    in_parallel([write(blob) for blob in _blobs(stored.data)])


def push(client: RegistryClient, reference: Reference, folder: Path) -> None:
    """Put what `pull` has written where *reference* says."""
    data = (folder / MANIFEST).read_bytes()

    def upload(blob: Descriptor) -> Job[bool]:
        body = file_body(folder / blob.digest)
        return lambda stop: client.upload_blob(reference.repository, blob.digest, blob.size, body)

    in_parallel([upload(blob) for blob in _blobs(data)])
    client.put_manifest(reference, decode_manifest(data).media_type, data)


def _blobs(data: bytes) -> tuple[Descriptor, ...]:
    manifest = decode_manifest(data)
    if not isinstance(manifest, Manifest):
        raise TypeError("an index has no blobs")
    return (manifest.config, *manifest.layers)


WAYS: Mapping[str, Callable[[RegistryClient, Reference, Path], None]] = {"pull": pull, "push": push}

if __name__ == "__main__":
    way, reference, folder = sys.argv[1:]
    with closing(client_of(settings=RegistrySettings())) as client:
        WAYS[way](client, parse_reference(reference), Path(folder))
