"""What a container gets of this host: folders, volumes, secrets in memory, the agent's socket."""

import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werfish.containers.backend import SECRETS_FOLDER, WORK_FOLDER, ContainerMount, RunRequest
from werfish.containers.docker_client import DaemonError, NoDaemonError, daemon_errors
from werfish.containers.shells import Shell

if TYPE_CHECKING:
    from docker import APIClient

BORROWED = "/dev/werfish-bash"
AGENT = "/dev/werfish-ssh-agent"
"""Below ``/dev``, which is not part of the image, a mount leaves no folder behind."""


def mounts_for(request: RunRequest, shell: Shell, *, waits: bool = False) -> list[Any]:
    """Return the mounts of a container for *request* that is run by *shell*."""
    from docker import types

    mounts = [_mount(one) for one in request.mounts]
    if request.secrets:
        mounts.append(types.Mount(SECRETS_FOLDER, None, type="tmpfs", tmpfs_mode=0o755))
    if request.ssh_agent is not None:
        mounts.append(types.Mount(AGENT, str(request.ssh_agent), type="bind"))
    if shell.borrowed is not None:
        mounts.append(types.Mount(BORROWED, str(shell.borrowed), type="bind", read_only=True))
    if waits:  # a volume without a name goes with its container
        mounts.append(types.Mount(WORK_FOLDER, None, type="volume", no_copy=True))
    return mounts


@contextmanager
def volume(api: "APIClient", labels: Mapping[str, str]) -> Iterator[str]:
    """Make an empty volume with *labels* and remove it after the block.

    Where the block fails that is what is told, and a volume that stays is left to the next sweep.
    """
    # The name is ours, so that what an interrupt leaves between two lines is found all the same.
    name = f"werfish-{uuid.uuid4().hex}"
    try:
        with daemon_errors("make a temporary volume"):
            api.create_volume(name, labels=dict(labels))
        yield name
    except BaseException:
        with suppress(DaemonError, NoDaemonError):
            remove_volume(api, name)
        raise
    remove_volume(api, name)


def remove_volume(api: "APIClient", name: str) -> None:
    """Remove the volume *name* where it exists."""
    with daemon_errors("remove a temporary volume"):
        api.remove_volume(name, force=True)


def is_local(address: str) -> bool:
    """Whether the daemon at *address* (docker-py's, or a ``DOCKER_HOST``) is on this host.

    It is behind a socket of this host, or at an address that this host has: one can bind to it.
    """
    parts = urlsplit(address)
    if parts.scheme in ("unix", "http+docker", "npipe", "http+unix"):
        return True
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(_is_ours(family, place) for family, _, _, _, place in found)


def _is_ours(family: int, place: Any) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((place[0], 0))
        except OSError:
            return False
    return True


def _mount(one: ContainerMount) -> Any:
    from docker import types

    if one.source is not None:
        return types.Mount(one.to, str(one.source), type="bind")
    # Without a copy of what the image has there: it begins empty, as a folder of the host would.
    return types.Mount(one.to, one.volume, type="volume", no_copy=True)
