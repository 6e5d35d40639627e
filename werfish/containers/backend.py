"""What a backend does: it owns local images and runs instructions.

One contract suite runs against every backend. All errors are `BuildError` or its children.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from stages.light_dataclass import dataclass
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig

if TYPE_CHECKING:
    from werfish.containers.dockerfile import DockerfileRequest
    from werfish.containers.terminal import Terminal
    from werfish.oci.image_files import ImageFiles

WORK_FOLDER = "/dev/werfish"
"""A folder on disk for whoever works in a container; what is below ``/dev`` is in no image."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer in the host store: the digest of its bytes as a tar archive, and its compressed file.

    *digest* and *size* are those of the compressed file.
    """

    diff_id: str
    path: Path
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class LocalImage:
    """An image that the backend holds: its id (``sha256:…``) and its configuration."""

    id: str
    config: ImageConfig


@dataclass(frozen=True, slots=True)
class BaseImage:
    """A base image as it was resolved: *digest* is its manifest's in its registry, or empty."""

    image: LocalImage
    digest: str


@dataclass(frozen=True, slots=True)
class TaggedImage:
    """A tag of the backend, as a listing gives it: *created* is the image's, in seconds of 1970."""

    reference: str
    image_id: str
    created: float
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


SECRETS_FOLDER = "/run/secrets"
"""Where instructions find their secrets, as with Docker."""


@dataclass(frozen=True, slots=True)
class ContainerMount:
    """What a container shows at *to*, an absolute path, instead of what its image has there.

    That is either *source*, a folder or file of this host, or a *volume* of `Backend.volume`.
    """

    to: str
    source: Path | None = None
    volume: str = ""


@dataclass(frozen=True, slots=True)
class RenewedFile:
    """A file that looks as if it had changed now while instructions run.

    Afterwards it has *mtime* (seconds since 1970), unless the instructions changed it.
    """

    path: str
    mtime: int


Ahead = Callable[[ImageConfig], Sequence[ImageConfig]]
"""The images that will be asked for soon after another, which has the same layers."""


def nothing_ahead(config: ImageConfig) -> Sequence[ImageConfig]:
    """Expect nothing after *config*."""
    return ()


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Instructions to run on *base*, giving an image with *config* (whose layers are added).

    *commands* run one after another in one ``bash -e`` (``sh`` where there is none), as root in
    ``/``, with the environment of *config* and *env* on top; the working directory and variables
    persist between them. *config* has the base's layers and settings: the layer is added to it,
    and the image's own entrypoint, command, user and working directory are its again afterwards.
    *tag* may be empty. *origin* names image and stage for the output; *output* receives each
    line that the commands print.

    While they run the commands see *mounts*, *secrets* as files of `SECRETS_FOLDER`, and
    ``SSH_AUTH_SOCK`` where there is an *ssh_agent* (its socket on this host); *network* is that of
    the containers, empty for the backend's own. Nothing of it is kept but empty folders where a
    mount, or the secrets, had no place in the image. With *keeps_failed* an `InstructionError` has
    the state after the command that failed. What is *ahead* of the image may be made with it.
    """

    base: LocalImage
    commands: tuple[str, ...]
    config: ImageConfig
    tag: str
    origin: str
    output: Callable[[str], None]
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    mounts: tuple[ContainerMount, ...] = ()
    secrets: Mapping[str, bytes] = field(default_factory=dict, hash=False, repr=False)
    network: str = ""
    ssh_agent: Path | None = None
    renewed: tuple[RenewedFile, ...] = ()
    keeps_failed: bool = False
    ahead: Ahead = field(default=nothing_ahead, hash=False, repr=False)


class ImageGoneError(BuildError):
    """An image was removed by somebody else."""

    def __init__(self, image_id: str, reference: str) -> None:
        """Name the image, and the tag that it was to get."""
        super().__init__(f'tag image "{reference}": {image_id[:19]} is gone')


class InstructionError(BuildError):
    """The user's instructions ended with an error.

    ``code`` is the exit code of the script, ``tail`` the last lines of its output, ``failed_at``
    the 1-based number of the command that failed, or 0 where it is unknown. ``state`` is the image
    after it where that was asked for; whoever catches the error discards it.
    """

    def __init__(
        self,
        origin: str,
        code: int,
        tail: Sequence[str],
        failed_at: int = 0,
        state: LocalImage | None = None,
    ) -> None:
        """Keep what happened; the action adds where the command stands in the configuration."""
        super().__init__(f"run the instructions of {origin}: exit code {code}")
        self.origin = origin
        self.code = code
        self.tail = tuple(tail)
        self.failed_at = failed_at
        self.state = state


@dataclass(frozen=True, slots=True)
class Executed:
    """How a program in a container ended: its exit code and both outputs, whole."""

    code: int
    stdout: bytes
    stderr: bytes


class RunningContainer(Protocol):
    """A container that waits while programs are run in it, by several threads if need be."""

    def execute(self, arguments: Sequence[str], stdin: bytes = b"") -> Executed:
        """Run *arguments* as root in ``/`` and return how they ended.

        What cannot be started ends with 126 or 127; `BuildError` where the container is gone.
        """
        ...

    def when_ended(self, notify: Callable[[], None]) -> None:
        """Call *notify*, in any thread, when the container ends before its work is done."""
        ...


class Backend(Protocol):
    """Local images, and containers for instructions."""

    def resolve_base(self, reference: str, platform: str = "") -> BaseImage:
        """Return the image *reference* for *platform*, pulled where that is not here.

        Without a *platform* it is the machine's own. `BuildError` if there is none.
        """
        ...

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Have *image*, which a registry has as *reference*; nothing happens where it is here."""
        ...

    def inspect(self, reference: str) -> LocalImage | None:
        """Return the image with exactly this tag or id, or ``None``."""
        ...

    def size(self, image: LocalImage) -> int:
        """Return how many bytes the files of *image* and its layers have, 0 where it is gone."""
        ...

    def assemble(
        self,
        base: LocalImage,
        layers: Sequence[Layer],
        config: ImageConfig,
        tag: str,
        *,
        is_step: bool = False,
        ahead: Sequence[ImageConfig] = (),
    ) -> LocalImage:
        """Make the image *config*, *layers* on top of *base*, and tag it.

        With an empty *tag* it stays only until it is tagged or discarded, or the process ends.
        A step on the way may have marks of this process, so that it is nobody else's image.
        Images of the same layers that will be asked for soon may be made with it, *ahead* of time.

        Only the new layers are carried over. The image's id is that of its configuration.
        """
        ...

    def run(self, request: RunRequest) -> LocalImage:
        """Run instructions, keep what they changed as one layer; `InstructionError` if they fail.

        Nothing stays behind, whatever happens.
        """
        ...

    def build_dockerfile(self, request: "DockerfileRequest") -> LocalImage:
        """Build a Dockerfile; `DockerfileFailedError` where it fails, and nothing stays then.

        The image stays only until it is tagged or discarded, or the process ends.
        """
        ...

    def work_in(self, request: RunRequest, work: Callable[[RunningContainer], None]) -> LocalImage:
        """Let *work* use a container, keep what it changed as one layer; its errors go through.

        The container is that of `run`, without commands of *request*. `WORK_FOLDER` in it is
        empty and no part of the image. Nothing stays behind, whatever happens.
        """
        ...

    def tree(self, image: LocalImage) -> "AbstractContextManager[ImageFiles]":
        """Open the files of *image* for reading, without running anything of it."""
        ...

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give *image* one more tag; `ImageGoneError` where it is not there."""
        ...

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it; nothing happens without it."""
        ...

    def discard(self, image: LocalImage) -> None:
        """Have an image removed that was a step on the way, unless a tag or another holds it.

        That may be done when the process ends.
        """
        ...

    def settle(self) -> None:
        """Wait until what was discarded is gone, but for what goes when the process ends.

        Such removals go on beside the build.
        """
        ...

    def tagged(self, repository: str) -> Sequence[TaggedImage]:
        """Return every local image with a tag in *repository*, one entry a tag."""
        ...

    def sweep(self) -> None:
        """Remove what builds of this host left behind that were killed; cheap if there is none."""
        ...

    def interrupt(self) -> None:
        """End whatever runs now, in other threads too: their `run` fails and cleans up."""
        ...

    def push(self, image: LocalImage, reference: str) -> None:
        """Push *image* as *reference*; the registry's credentials are Docker's own."""
        ...

    def shares_files(self) -> bool:
        """Whether containers can mount folders of this host: not if they run elsewhere."""
        ...

    def volume(self) -> AbstractContextManager[str]:
        """Give a new empty folder that containers can mount, until the end of the block."""
        ...

    def shell(self, request: RunRequest, terminal: "Terminal") -> None:
        """Let the user work in a shell at *terminal*, in a container as `run` would make it.

        The commands are not run, and nothing of what the user does is kept.
        """
        ...
