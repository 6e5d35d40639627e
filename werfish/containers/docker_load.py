"""New images by an incremental load: the configuration, and only the layers that are new.

The daemon looks a layer up by the chain of diff ids below it and opens its file only if it does not
have it (measured with 20.10 on overlay2), so the layers of the base are named, not sent. The
image's id is the digest of the configuration that we wrote.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.containers.backend import Layer
from werfish.containers.docker_client import DaemonError, daemon_errors
from werfish.containers.docker_images import find_image
from werfish.containers.docker_look import LookingClient
from werfish.containers.docker_stream import messages
from werfish.errors import BuildError
from werfish.oci import tar
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from docker import APIClient

_CHUNK = 1 << 20
_LOADS = 5
"""How often an image is loaded: a daemon may take it for the last of the same one that another
process gives up just then, and remove it with the tag that it has got here."""


class ImageStoreError(BuildError):
    """The daemon keeps its images in containerd's store, which loads whole images only."""

    def __init__(self, doing: str) -> None:
        """Say what could not be done."""
        super().__init__(
            f"{doing}: the Docker daemon uses containerd's image store, which is not supported yet",
            hint='set {"features": {"containerd-snapshotter": false}} in its daemon.json',
        )


def load_image(
    api: "APIClient",
    config: ImageConfig,
    layers: Sequence[Layer],
    tag: str,
    more: Sequence[tuple[ImageConfig, str]] = (),
) -> None:
    """Load the image of *config*, of whose layers all but *layers* are in the daemon already.

    With it come *more* images of the same layers, each with a tag: a load costs the daemon as much
    as a layer, however many images it has. `DaemonError` where a layer is missing.
    """
    doing = f'load image "{tag}"'
    for _ in range(_LOADS):
        _load(api, ((config, tag), *more), layers, doing)
        found = find_image(api, config.id)
        if found is not None and found["RepoTags"]:
            return
    raise DaemonError(doing, f"{config.id} is not there afterwards")


def _load(
    api: "APIClient",
    images: Sequence[tuple[ImageConfig, str]],
    layers: Sequence[Layer],
    doing: str,
) -> None:
    size = sum(layer.size for layer in layers)
    if isinstance(api, LookingClient) and api.has_loaded(lambda: archive_of(images, layers), size):
        return
    data = archive_of(images, layers)
    try:
        for _ in messages(api, "/images/load", doing, params={"quiet": True}, data=data):
            pass
    except DaemonError as error:
        if _is_containerd_store(api, doing):
            raise ImageStoreError(doing) from error
        raise


def _is_containerd_store(api: "APIClient", doing: str) -> bool:
    with daemon_errors(doing):
        status = api.info().get("DriverStatus") or ()
    return ["driver-type", "io.containerd.snapshotter.v1"] in [list(pair) for pair in status]


def archive_of(
    images: Sequence[tuple[ImageConfig, str]], layers: Sequence[Layer]
) -> Iterator[bytes]:
    """Write an archive as ``docker save`` does; compressed layers go in as they are.

    Each of *images* has a tag, which may be empty.
    """
    for config, _ in images:
        yield from _file(_name_of(config), config.encode())
    manifest = [
        {
            "Config": _name_of(config),
            "RepoTags": [tag] if tag else None,
            "Layers": [f"{_hex(diff_id)}.tar" for diff_id in config.diff_ids],
        }
        for config, tag in images
    ]
    yield from _file("manifest.json", json.dumps(manifest).encode())
    for layer in {layer.diff_id: layer for layer in layers}.values():
        yield _header(f"{_hex(layer.diff_id)}.tar", layer.size)
        yield from _content(layer.path)
        yield tar.padding(layer.size)
    yield tar.trailer()


def _name_of(config: ImageConfig) -> str:
    return f"{_hex(config.id)}.json"


def _file(name: str, content: bytes) -> Iterator[bytes]:
    yield _header(name, len(content)) + content + tar.padding(len(content))


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _header(name: str, size: int) -> bytes:
    return tar.header(name, tar.REGULAR, mode=0o644, uid=0, gid=0, size=size, mtime=0)


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
