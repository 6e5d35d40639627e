"""The backend of a Docker daemon: images are loaded incrementally, commands run in containers.

See the modules beside this one (``docker_*``) for how; here is only who does what. They are
imported where they are used: a build that finds every stage needs few of them.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stages.image import SCRATCH
from stages.light_dataclass import dataclass
from werfish.backoff import Timing
from werfish.containers.backend import (
    BaseImage,
    ImageGoneError,
    InstructionError,
    Layer,
    LocalImage,
    RunningContainer,
    RunRequest,
    TaggedImage,
)
from werfish.containers.docker_client import (
    Connect,
    DaemonError,
    NoDaemonError,
)
from werfish.containers.docker_containers import DockerContainers
from werfish.containers.docker_images import (
    find_image,
    local_image,
    remove_tag,
    remove_untagged,
    tag_image,
    tagged_images,
)
from werfish.containers.docker_sweep import Lease, lease_labels, sweep
from werfish.containers.docker_temporary import TemporaryTags
from werfish.containers.fact_store import FactStore
from werfish.containers.housekeeping import Housekeeping
from werfish.log import Log
from werfish.oci.config import ImageConfig, nothing

if TYPE_CHECKING:
    from docker import APIClient

    from werfish.containers.dockerfile import DockerfileRequest
    from werfish.containers.dockerfile_builder import DockerfileBuilder
    from werfish.containers.shells import Shell
    from werfish.containers.terminal import Terminal
    from werfish.oci.image_files import ImageFiles


@dataclass(frozen=True, slots=True)
class DockerSettings:
    """What the user may choose.

    *mirrors* of Docker Hub (hosts, tried in order), the *platform* of base images, and a
    statically linked bash of this host, borrowed by images that have none. *environment* says
    where BuildKit is, and the program that has it build Dockerfiles.
    """

    mirrors: tuple[str, ...] = ()
    platform: str = "linux/amd64"
    static_bash: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)


class DockerBackend:
    """A `Backend`; *connect* is called once, with the first thing that needs the daemon.

    *timing* is how to wait before something is tried again. All methods may be called by several
    threads.
    """

    def __init__(
        self,
        connect: Connect,
        facts: FactStore,
        lease: Lease,
        log: Log,
        timing: Timing,
        settings: DockerSettings | None = None,
    ) -> None:
        """Keep the adapters; the daemon is not reached yet."""
        self._connect = connect
        self._facts = facts
        self._lease = lease
        self._log = log
        self._timing = timing
        self._settings = settings or DockerSettings()
        self._guard = threading.Lock()
        self._client: APIClient | None = None
        self._containers = DockerContainers(
            self._api,
            self.tree,
            lease,
            log,
            static_bash=self._settings.static_bash,
            platform=self._settings.platform,
        )
        self._temporary = TemporaryTags(self._api, lease)
        self._later = Housekeeping(log)
        self._pulling: dict[str, threading.Lock] = {}
        self._dockerfiles: DockerfileBuilder | None = None
        self._is_swept = True

    def resolve_base(self, reference: str, platform: str = "") -> BaseImage:
        """Return the image *reference* for *platform*, pulled where that is not here."""
        from werfish.containers.docker_pull import Puller, digest_of

        settings = self._settings
        wanted = platform or settings.platform
        if reference == SCRATCH:
            empty = nothing(wanted)
            return BaseImage(LocalImage(empty.id, empty), "")
        puller = Puller(self._api(), settings.mirrors, wanted, self._log, self._timing)
        with self._guard:
            pulling = self._pulling.setdefault(reference, threading.Lock())
        with pulling:
            found = puller.resolve(reference)
        return BaseImage(local_image(self._api(), found, self._facts), digest_of(found, reference))

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Have *image*, pulled where it is not here; its configuration is known already."""
        from werfish.containers.docker_pull import pull_image

        self._facts.keep_config(image.config)
        if find_image(self._api(), image.id) is None:
            self._log.info(f"pulling {reference}")
            pull_image(self._api(), reference, self._timing, self._log)
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
        self,
        base: LocalImage,
        layers: Sequence[Layer],
        config: ImageConfig,
        tag: str,
        *,
        is_step: bool = False,
        ahead: Sequence[ImageConfig] = (),
    ) -> LocalImage:
        """Load the configuration and *layers*; what lies below is in the daemon already.

        A step is marked: the daemon deletes an image together with the tag that another process
        gives the same one at that moment.
        """
        from werfish.containers.docker_load import load_image

        temporary = self._temporary
        if not tag and temporary.takes_expected(config.id):
            self._facts.keep_config(config)
            return LocalImage(config.id, config)
        if is_step:
            config = temporary.marked(config)
        else:
            self._facts.keep_config(config)
        more = [(one, temporary.tag_for(one.id)) for one in ahead]
        load_image(self._api(), config, layers, tag or temporary.tag_for(config.id), more)
        temporary.expect({one.id for one in ahead})
        return LocalImage(config.id, config)

    def run(self, request: RunRequest) -> LocalImage:
        """Run instructions, keep what they changed as one layer; nothing else stays behind."""
        from werfish.containers.docker_run import run_script

        return self._kept(
            request, lambda api, container, _: run_script(api, container, request), waits=False
        )

    def work_in(self, request: RunRequest, work: Callable[[RunningContainer], None]) -> LocalImage:
        """Let *work* use a container, keep what it changed as one layer."""
        from werfish.containers.docker_shell import prepare
        from werfish.containers.docker_work import working
        from werfish.containers.script_setup import restore_of, setup_of

        def at_work(api: "APIClient", container: str, shell: "Shell") -> None:
            with working(api, container, request.origin) as running:
                prepare(running, shell, request, setup_of(request.secrets, request.renewed))
                work(running)
                prepare(running, shell, request, restore_of(request.renewed))

        return self._kept(request, at_work, waits=True)

    def _kept(
        self, request: RunRequest, use: Callable[["APIClient", str, "Shell"], None], *, waits: bool
    ) -> LocalImage:
        from werfish.containers.docker_run import commit, remove_container, removed_if_failed
        from werfish.containers.emulation import told_if_foreign

        api, containers = self._api(), self._containers
        container, shell = containers.make(request, waits=waits)
        own = self._settings.platform
        with removed_if_failed(api, container, request.origin):
            with containers.interruptible(container):
                try:
                    with told_if_foreign(request.origin, request.config.platform, own):
                        use(api, container, shell)
                except InstructionError as error:
                    if request.keeps_failed and not containers.is_interrupted:
                        failed = commit(api, container, request)
                        error.state = LocalImage(failed.image_id, request.config)
                    raise
            done = commit(api, container, request)
        self._later.add(partial(remove_container, api, container, request.origin))
        try:
            below = len(request.base.config.diff_ids)
            layers = done.diff_ids[below:]
            if done.changes is not None and len(layers) == 1:
                self._facts.keep_layer(layers[0], done.changes)
            config = request.config.with_layers(layers, "werfish instructions")
            ahead = request.ahead(config)
            return self.assemble(request.base, (), config, request.tag, ahead=ahead)
        finally:
            self._later.add(partial(remove_untagged, api, done.image_id))

    def shell(self, request: RunRequest, terminal: "Terminal") -> None:
        """Let the user work in a container like that of *request*, which is removed afterwards."""
        from werfish.containers.docker_run import removed_in_the_end
        from werfish.containers.docker_shell import make_shell, talk
        from werfish.containers.shells import NoShellError

        api, labels = self._api(), lease_labels(self._lease)
        containers = self._containers
        usable = (
            one for one in containers.shells(request) if not one.borrowed or self.shares_files()
        )
        shell = next(usable, None)
        if shell is None:
            raise NoShellError(request.origin)
        container = make_shell(api, request, shell, labels, terminal.kind)
        removed = removed_in_the_end(api, container, request.origin)
        with removed, containers.interruptible(container):
            talk(api, container, request, shell, terminal)

    def shares_files(self) -> bool:
        """Whether the daemon is on this host."""
        from werfish.containers.docker_mounts import is_local

        return is_local(self._api().base_url)

    @contextmanager
    def volume(self) -> Iterator[str]:
        """Give a volume of the daemon, which the next run sweeps if we are killed."""
        from werfish.containers.docker_mounts import volume

        with volume(self._api(), lease_labels(self._lease)) as name:
            try:
                yield name
            finally:
                self._later.finish()  # the containers that use it are gone then

    def build_dockerfile(self, request: "DockerfileRequest") -> LocalImage:
        """Build *request*; what it needs from outside is pulled first, as base images are."""
        from werfish.containers.dockerfile_builder import full_disks, without_marks
        from werfish.containers.emulation import told_if_foreign

        bases = {name: self.resolve_base(name, request.platform) for name in request.bases}

        def keep(image_id: str) -> None:
            self._temporary.mark(image_id)
            tag_image(self._api(), image_id, self._temporary.tag_for(image_id))

        own = self._settings.platform
        with full_disks(), told_if_foreign(request.origin, request.platform or own, own):
            built = self._dockerfile_builder().build(request, bases, keep)
        image = self.inspect(built)
        if image is None:
            raise DaemonError(f'build image "{request.image}"', "it is not there afterwards")
        return LocalImage(image.id, without_marks(image.config))

    @contextmanager
    def tree(self, image: LocalImage) -> "Iterator[ImageFiles]":
        """Open the files of *image*: what is known here first, then a container never started."""
        from werfish.containers.docker_reader import DockerReader
        from werfish.containers.layered_tree import LayeredTree
        from werfish.containers.listing_reader import ListingReader

        reader = DockerReader(self._api, image.id, lease_labels(self._lease))
        tree = LayeredTree(image.config.diff_ids, self._facts, ListingReader(reader))
        try:
            yield tree
            tree.close()
        finally:
            reader.close()

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give *image* one more tag."""
        try:
            tag_image(self._api(), image.id, reference)
        except DaemonError as error:
            if error.status != 404:
                raise
            raise ImageGoneError(image.id, reference) from error
        self._later.add(partial(self._temporary.release, image.id))

    def untag(self, reference: str) -> None:
        """Remove a tag, and the image if nothing else holds it."""
        remove_tag(self._api(), reference)

    def discard(self, image: LocalImage) -> None:
        """Have an image removed that was a step on the way, unless a tag or another holds it.

        One without a mark goes in the end: just now another process may be making the same one.
        """
        if self._temporary.goes_at_once(image.id):
            self._later.add(partial(self._temporary.remove, image.id))
        self._clear_dockerfiles()

    def settle(self) -> None:
        """Wait until what was discarded is gone, but for what goes in the end."""
        self._later.finish()

    def tagged(self, repository: str) -> Sequence[TaggedImage]:
        """Return every local image with a tag in *repository*, one entry a tag."""
        return tagged_images(self._api(), repository)

    def push(self, image: LocalImage, reference: str) -> None:
        """Push *image* as *reference*."""
        from werfish.containers.docker_push import push_image

        push_image(self._api(), image.id, reference, self._lease, self._timing, self._log)

    def sweep(self) -> None:
        """Remove what builds of this host left behind that were killed.

        What the daemon still uses goes when this backend is closed.
        """
        self._is_swept = sweep(self._api(), self._lease)

    def interrupt(self) -> None:
        """End whatever runs now, in other threads too: their `run` fails and cleans up."""
        self._containers.interrupt()
        with self._guard:
            dockerfiles = self._dockerfiles
        if dockerfiles is not None:
            dockerfiles.interrupt()

    def close(self) -> None:
        """Remove images that got no tag, and close the connections; nothing may be asked after it.

        What cannot be removed now is swept away later.
        """
        self._later.finish()
        self._temporary.release_all()
        with suppress(DaemonError, NoDaemonError):
            self._clear_dockerfiles()
            if not self._is_swept:
                self.sweep()
        if self._client is not None:
            self._client.close()

    def _dockerfile_builder(self) -> "DockerfileBuilder":
        from werfish.containers.dockerfile_builder import DockerfileBuilder

        environment, platform = self._settings.environment, self._settings.platform
        with self._guard:
            if self._dockerfiles is None:
                self._dockerfiles = DockerfileBuilder(
                    self._api, self._lease, self._facts, environment, platform
                )
            return self._dockerfiles

    def _clear_dockerfiles(self) -> None:
        if self._dockerfiles is not None:
            self._dockerfiles.clear()

    def _api(self) -> "APIClient":
        with self._guard:
            if self._client is None:
                self._client = self._connect()
            return self._client
