"""The backend of a Docker daemon: images are loaded incrementally, commands run in containers.

See the modules beside this one (``docker_*``) for how; here is only who does what.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from werfish.containers.backend import (
    BaseImage,
    InstructionError,
    Layer,
    LocalImage,
    RunningContainer,
    RunRequest,
    TaggedImage,
)
from werfish.containers.docker_client import Connect, DaemonError, NoDaemonError, daemon_errors
from werfish.containers.docker_images import (
    find_image,
    local_image,
    remove_tag,
    remove_untagged,
    tag_image,
    tagged_images,
)
from werfish.containers.docker_load import load_image
from werfish.containers.docker_mounts import is_local, volume
from werfish.containers.docker_pull import Puller, digest_of, pull_image
from werfish.containers.docker_push import push_image
from werfish.containers.docker_reader import DockerReader
from werfish.containers.docker_run import commit, make_container, removed_in_the_end, run_script
from werfish.containers.docker_shell import make_shell, prepare, talk
from werfish.containers.docker_sweep import Lease, lease_labels, sweep, temporary_tag
from werfish.containers.docker_work import working
from werfish.containers.dockerfile import DockerfileRequest
from werfish.containers.dockerfile_builder import DockerfileBuilder, without_marks
from werfish.containers.fact_store import FactStore
from werfish.containers.layered_tree import LayeredTree
from werfish.containers.listing_reader import ListingReader
from werfish.containers.script_setup import restore_of, setup_of
from werfish.containers.shells import NoShellError, Shell, shells_for
from werfish.containers.terminal import Terminal
from werfish.log import Log
from werfish.oci.config import ImageConfig
from werfish.oci.image_files import ImageFiles

if TYPE_CHECKING:
    from docker import APIClient


@dataclass(frozen=True, slots=True)
class DockerSettings:
    """What the user may choose.

    *mirrors* of Docker Hub (hosts, tried in order), the *platform* of base images, and a
    statically linked bash of this host, borrowed by images that have none. *environment* says
    where the program ``docker`` is, which has BuildKit build Dockerfiles.
    """

    mirrors: tuple[str, ...] = ()
    platform: str = "linux/amd64"
    static_bash: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)


class DockerBackend:
    """A `Backend`; *connect* is called once, with the first thing that needs the daemon.

    *clock* is monotonic, in seconds. All methods may be called by several threads.
    """

    def __init__(
        self,
        connect: Connect,
        facts: FactStore,
        lease: Lease,
        log: Log,
        clock: Callable[[], float],
        settings: DockerSettings | None = None,
    ) -> None:
        """Keep the adapters; the daemon is not reached yet."""
        self._connect = connect
        self._facts = facts
        self._lease = lease
        self._log = log
        self._clock = clock
        self._settings = settings or DockerSettings()
        self._guard = threading.Lock()
        self._client: APIClient | None = None
        self._running: set[str] = set()
        self._untagged: set[str] = set()
        self._said_plain_shell = False
        self._is_interrupted = False
        self._dockerfiles = DockerfileBuilder(
            self._api, lease, self._settings.environment, self._settings.platform
        )

    def resolve_base(self, reference: str) -> BaseImage:
        """Return the image *reference*, pulled where it is not here."""
        settings = self._settings
        puller = Puller(self._api(), settings.mirrors, settings.platform, self._log, self._clock)
        found = puller.resolve(reference)
        return BaseImage(local_image(self._api(), found, self._facts), digest_of(found, reference))

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Have *image*, pulled where it is not here; its configuration is known already."""
        self._facts.keep_config(image.config)
        if find_image(self._api(), image.id) is None:
            self._log.info(f"pulling {reference}")
            pull_image(self._api(), reference)
            if find_image(self._api(), image.id) is None:
                raise DaemonError(f'pull "{reference}"', f"it is not image {image.id[:19]}")
        return image

    def inspect(self, reference: str) -> LocalImage | None:
        """Return the image with exactly this tag or id, or ``None``."""
        found = find_image(self._api(), reference)
        return None if found is None else local_image(self._api(), found, self._facts)

    def size(self, image: LocalImage) -> int:
        """Return how many bytes the files of *image* have."""
        found = find_image(self._api(), image.id)
        return int(found["Size"]) if found else 0

    def assemble(
        self, base: LocalImage, layers: Sequence[Layer], config: ImageConfig, tag: str
    ) -> LocalImage:
        """Load the configuration and *layers*; what lies below is in the daemon already."""
        self._facts.keep_config(config)
        load_image(self._api(), config, layers, tag or self._temporary_tag(config.id))
        if find_image(self._api(), config.id) is None:
            raise DaemonError(
                f'load image "{tag or config.id}"', f"it is not there afterwards (on {base.id})"
            )
        return LocalImage(config.id, config)

    def run(self, request: RunRequest) -> LocalImage:
        """Run instructions, keep what they changed as one layer; nothing else stays behind."""
        return self._kept(
            request, lambda api, container, _: run_script(api, container, request), waits=False
        )

    def work_in(self, request: RunRequest, work: Callable[[RunningContainer], None]) -> LocalImage:
        """Let *work* use a container, keep what it changed as one layer."""

        def at_work(api: "APIClient", container: str, shell: Shell) -> None:
            with working(api, container, request.origin) as running:
                prepare(running, shell, request, setup_of(request.secrets, request.renewed))
                work(running)
                prepare(running, shell, request, restore_of(request.renewed))

        return self._kept(request, at_work, waits=True)

    def _kept(
        self, request: RunRequest, use: Callable[["APIClient", str, Shell], None], *, waits: bool
    ) -> LocalImage:
        api = self._api()
        container, shell = self._container(request, waits=waits)
        with removed_in_the_end(api, container, request.origin):
            with self._interruptible(container):
                try:
                    use(api, container, shell)
                except InstructionError as error:
                    if request.keeps_failed and not self._is_interrupted:
                        failed = commit(api, container, request)
                        error.state = LocalImage(failed.image_id, request.config)
                    raise
            done = commit(api, container, request)
        try:
            below = len(request.base.config.diff_ids)
            layers = done.diff_ids[below:]
            if done.changes is not None and len(layers) == 1:
                self._facts.keep_layer(layers[0], done.changes)
            config = request.config.with_layers(layers, "werfish instructions")
            return self.assemble(request.base, (), config, request.tag)
        finally:
            remove_untagged(api, done.image_id)

    def shell(self, request: RunRequest, terminal: Terminal) -> None:
        """Let the user work in a container like that of *request*, which is removed afterwards."""
        api, labels = self._api(), lease_labels(self._lease)
        usable = (one for one in self._shells(request) if not one.borrowed or self.shares_files())
        shell = next(usable, None)
        if shell is None:
            raise NoShellError(request.origin)
        container = make_shell(api, request, shell, labels, terminal.kind)
        with removed_in_the_end(api, container, request.origin), self._interruptible(container):
            talk(api, container, request, shell, terminal)

    def shares_files(self) -> bool:
        """Whether the daemon is on this host."""
        return is_local(self._api().base_url)

    def volume(self) -> AbstractContextManager[str]:
        """Give a volume of the daemon, which the next run sweeps if we are killed."""
        return volume(self._api(), lease_labels(self._lease))

    def build_dockerfile(self, request: DockerfileRequest) -> LocalImage:
        """Build *request*; what it needs from outside is pulled first, as base images are."""
        for base in request.bases:
            self.resolve_base(base)

        def keep(image_id: str) -> None:
            tag_image(self._api(), image_id, self._temporary_tag(image_id))

        image = self.inspect(self._dockerfiles.build(request, keep))
        if image is None:
            raise DaemonError(f'build image "{request.image}"', "it is not there afterwards")
        return LocalImage(image.id, without_marks(image.config))

    @contextmanager
    def tree(self, image: LocalImage) -> Iterator[ImageFiles]:
        """Open the files of *image*: what is known here first, then a container never started."""
        reader = DockerReader(self._api, image.id, lease_labels(self._lease))
        tree = LayeredTree(image.config.diff_ids, self._facts, ListingReader(reader))
        try:
            yield tree
            tree.close()
        finally:
            reader.close()

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give *image* one more tag."""
        tag_image(self._api(), image.id, reference)
        self._release(image.id)

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it."""
        remove_tag(self._api(), reference)

    def discard(self, image: LocalImage) -> None:
        """Remove an image that was only a step on the way, unless a tag or another holds it."""
        self._release(image.id)
        remove_untagged(self._api(), image.id)
        self._dockerfiles.clear()

    def tagged(self, repository: str) -> Sequence[TaggedImage]:
        """Return every local image with a tag in *repository*, one entry a tag."""
        return tagged_images(self._api(), repository)

    def push(self, image: LocalImage, reference: str) -> None:
        """Push *image* as *reference*."""
        push_image(self._api(), image.id, reference, self._lease)

    def sweep(self) -> None:
        """Remove what builds of this host left behind that were killed."""
        sweep(self._api(), self._lease)

    def interrupt(self) -> None:
        """End whatever runs now, in other threads too: their `run` fails and cleans up."""
        with self._guard:
            self._is_interrupted = True
            running = tuple(self._running)
        self._dockerfiles.interrupt()
        for container in running:
            with suppress(DaemonError), daemon_errors("end a container"):
                self._api().kill(container)

    def close(self) -> None:
        """Remove images that got no tag, and close the connections; nothing may be asked after it.

        What cannot be removed now is swept away later.
        """
        with suppress(DaemonError, NoDaemonError):
            for image_id in tuple(self._untagged):
                self._release(image_id)
            self._dockerfiles.clear()
        if self._client is not None:
            self._client.close()

    def _temporary_tag(self, image_id: str) -> str:
        with self._guard:
            self._untagged.add(image_id)
        return temporary_tag(self._lease, image_id)

    def _release(self, image_id: str) -> None:
        """Take away the temporary tag: the image has one of its own, or goes with it."""
        with self._guard:
            is_held = image_id in self._untagged
            self._untagged.discard(image_id)
        if is_held:
            remove_tag(self._api(), temporary_tag(self._lease, image_id))

    def _api(self) -> "APIClient":
        with self._guard:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _shells(self, request: RunRequest) -> tuple[Shell, ...]:
        with self.tree(request.base) as tree:
            shells = tuple(shells_for(tree, self._settings.static_bash))
        if not shells:
            raise NoShellError(request.origin)
        return shells

    def _container(self, request: RunRequest, *, waits: bool) -> tuple[str, Shell]:
        shells = self._shells(request)
        labels = lease_labels(self._lease)
        container, shell = make_container(self._api(), request, shells, labels, waits=waits)
        if not shell.is_bash and not waits:
            self._say_plain_shell(request.origin)
        return container, shell

    def _say_plain_shell(self, origin: str) -> None:
        with self._guard:
            said, self._said_plain_shell = self._said_plain_shell, True
        if not said:
            self._log.warning(
                f'{origin}: the image has no bash, so its "sh" runs the commands; '
                "a bash-static on this host would be used instead"
            )

    @contextmanager
    def _interruptible(self, container: str) -> Iterator[None]:
        with self._guard:
            self._running.add(container)
        try:
            yield
        finally:
            with self._guard:
                self._running.discard(container)
