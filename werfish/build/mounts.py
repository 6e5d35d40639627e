"""The folders that an image's instructions see: made where they are missing, never in the image."""

from collections.abc import Callable, Iterator
from pathlib import Path

from stages.image import ImageSpec
from stages.mount import Mount, MountKind
from werfish.build.surroundings import Surroundings
from werfish.build.temporary_folders import TemporaryFolders
from werfish.config.slug import limited
from werfish.containers.backend import Backend, ContainerMount
from werfish.errors import BuildError, PlacedError


class MountError(PlacedError):
    """A folder of this host cannot be mounted; *to* is where it should be."""

    key = "mount"

    def __init__(self, image: str, to: str, problem: str, hint: str = "") -> None:
        """Say which mount of which image it is, and the problem."""
        super().__init__(f'mount "{to}" of image "{image}": {problem}', hint=hint)
        self.to = to


class UnreachableAgentError(BuildError):
    """Keys were given, but containers run where our ssh agent is not."""

    def __init__(self) -> None:
        """Say why."""
        super().__init__(
            "give the ssh agent to instructions: the Docker daemon is on another machine",
            hint="build where the daemon runs, or leave --ssh-key out",
        )


def mounts_of(
    image: ImageSpec,
    surroundings: Surroundings,
    backend: Backend,
    temporary: TemporaryFolders,
    warn: Callable[[str], object],
) -> tuple[ContainerMount, ...]:
    """Return what containers of *image* mount; folders of this host are made.

    To make one that the user named may be the work of a misspelt name, so *warn* is told.
    """
    kept = [mount for mount in image.mounts if mount.kind is not MountKind.TMP_DIR]
    if kept and not backend.shares_files():
        raise MountError(
            image.title,
            kept[0].to,
            "the Docker daemon is on another machine and cannot see the folders of this one",
            "build where the daemon runs, or mount a tmp_dir",
        )
    for mount in kept:
        _make(image, mount, _host_path(mount, surroundings), warn)
    return tuple(_container_mount(one, surroundings, temporary) for one in image.mounts)


def kept_folders(image: ImageSpec, surroundings: Surroundings) -> Iterator[Path]:
    """Yield the mounted folders of *image* that outlive a build."""
    for mount in image.mounts:
        if mount.kind is not MountKind.TMP_DIR:
            path = _host_path(mount, surroundings)
            if path.is_dir():
                yield path


def _make(image: ImageSpec, mount: Mount, path: Path, warn: Callable[[str], object]) -> None:
    try:
        if path.exists():
            return
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f'make the folder "{path}": {(error.strerror or str(error)).lower()}'
        raise MountError(image.title, mount.to, problem) from error
    if mount.kind is MountKind.CUSTOM_DIR:
        warn(
            f'mount "{mount.to}" of image "{image.title}": "{mount.path}" was not there, so the '
            f'empty folder "{path}" was made; is mount.fromPath right?'
        )


def _container_mount(
    mount: Mount, surroundings: Surroundings, temporary: TemporaryFolders
) -> ContainerMount:
    if mount.kind is MountKind.TMP_DIR:
        return ContainerMount(mount.to, volume=temporary.volume(mount.to))
    return ContainerMount(mount.to, source=_host_path(mount, surroundings))


def _host_path(mount: Mount, surroundings: Surroundings) -> Path:
    if mount.kind is MountKind.CUSTOM_DIR:
        return surroundings.path(mount.path)
    return surroundings.mounts.absolute() / limited(mount.to)


def agent_for(surroundings: Surroundings, backend: Backend) -> Path | None:
    """Return the socket of the ssh agent that containers get, if any.

    One that only happens to be there is left out where it cannot be mounted.
    """
    agent = surroundings.ssh_agent
    if agent is None or backend.shares_files():
        return agent.socket if agent is not None else None
    if agent.is_asked:
        raise UnreachableAgentError
    return None
