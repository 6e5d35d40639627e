"""A base image with real layers, put into a registry as a stranger would."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping

from tests.fakes.registry import FakeRegistry, digest_of_bytes
from werfish.oci.manifest import Descriptor, Manifest
from werfish.oci.media_types import DOCKER_CONFIG, DOCKER_LAYER_GZIP, DOCKER_MANIFEST

TIME = 1_600_000_000
ROOT: Mapping[str, str] = {
    "bin": "-> usr/bin",
    "etc/": "",
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\napp:x:7:8::/home:/bin/sh\n",
    "etc/group": "root:x:0:\napp:x:8:\n",
    "usr/": "",
    "usr/bin/": "",
    "usr/bin/tool": "#!/bin/sh\n",
}


def _gzipped(archive: bytes) -> bytes:
    return gzip.compress(archive, 9, mtime=0)


def put_base_image(
    registry: FakeRegistry,
    path: str,
    tag: str,
    *layers: Mapping[str, str],
    packed: Callable[[bytes], bytes] = _gzipped,
) -> None:
    """Put an image of *layers* (by default `ROOT`), each *packed*, into *path* as *tag*."""
    archives = [archive_of(files) for files in layers or (ROOT,)]
    blobs = []
    for archive in archives:
        data = packed(archive)
        blobs.append(Descriptor(DOCKER_LAYER_GZIP, registry.add_blob(path, data), len(data)))
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "2020-09-13T12:26:40Z",
            "config": {"Cmd": ["sh"], "Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [digest_of_bytes(one) for one in archives]},
            "history": [{"created_by": "stranger"} for _ in archives],
        }
    ).encode()
    described = Descriptor(DOCKER_CONFIG, registry.add_blob(path, config), len(config))
    manifest = Manifest(described, tuple(blobs), media_type=DOCKER_MANIFEST).encode()
    stored = registry.repository(path)
    stored.manifests[digest_of_bytes(manifest)] = (DOCKER_MANIFEST, manifest)
    stored.tags[tag] = digest_of_bytes(manifest)


def archive_of(files: Mapping[str, str]) -> bytes:
    """Return a tar archive: folders end in a slash, links begin with ``-> ``, hard ones ``=> ``."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name.rstrip("/"))
            member.mtime, member.mode, data = TIME, 0o644, b""
            if name.endswith("/"):
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            elif text.startswith("-> "):
                member.type, member.linkname, member.mode = tarfile.SYMTYPE, text[3:], 0o777
            elif text.startswith("=> "):
                member.type, member.linkname = tarfile.LNKTYPE, text[3:]
            else:
                data = text.encode()
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()
