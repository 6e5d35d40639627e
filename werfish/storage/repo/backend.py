"""The backend for stages in a registry: a daemon is reached only where instructions run.

What brings bytes or settings only makes a draft, which the storage writes to the registry. Before
instructions run, the daemon gets the image below: it pulls what is stored, and loads what is not.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from stages.image import SCRATCH
from werfish.containers.backend import (
    Backend,
    BaseImage,
    Layer,
    LocalImage,
    RunningContainer,
    RunRequest,
    TaggedImage,
    nothing_ahead,
)
from werfish.containers.docker_client import DaemonError
from werfish.containers.docker_pull import UnknownBaseError
from werfish.containers.dockerfile import DockerfileRequest
from werfish.containers.terminal import Terminal
from werfish.errors import BuildError
from werfish.oci.config import ImageConfig
from werfish.oci.image_files import ImageFiles
from werfish.storage.repo.bases import BaseRegistries
from werfish.storage.repo.catalogue import Catalogue, Draft, StoredImage, layers_of
from werfish.storage.repo.image_tree import ImageTrees


class RepoBackend:
    """A `Backend`; images of *catalogue* are not the daemon's, all others are."""

    def __init__(
        self,
        daemon: Callable[[], Backend],
        catalogue: Catalogue,
        bases: BaseRegistries,
        trees: ImageTrees,
    ) -> None:
        """Reach nothing yet; *daemon* is called when something has to run."""
        self._start = daemon
        self._catalogue = catalogue
        self._bases = bases
        self._trees = trees
        self._guard = threading.Lock()
        self._started: Backend | None = None
        self._in_daemon_as: dict[str, LocalImage] = {}

    def resolve_base(self, reference: str, platform: str = "") -> BaseImage:
        """Return the image *reference* as its registry has it, else as the daemon has it."""
        try:
            stored, digest = self._bases.resolve(reference, platform)
        except UnknownBaseError as error:
            return self._daemons_own(reference, error)
        return BaseImage(self._catalogue.add(stored), digest)

    def inspect(self, reference: str) -> LocalImage | None:
        """Return the image with this id, else what the daemon has of this name."""
        known = self._catalogue.find(reference)
        return known.image if known else self._daemon().inspect(reference)

    def size(self, image: LocalImage) -> int:
        """Return how many bytes the layers of *image* have in a registry."""
        known = self._catalogue.find(image.id)
        if known is None:
            return self._daemon().size(image)
        return sum(blob.size for _, blob in layers_of(known))

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
        """Make a draft of *layers* on *base*; what the daemon has made, it goes on with.

        Nothing is made ahead: a draft costs nothing.
        """
        below = self._catalogue.find(base.id)
        if below is None:
            return self._daemon().assemble(base, layers, config, tag, is_step=is_step)
        image = LocalImage(config.id, config)
        known = self._catalogue.find(image.id)
        return known.image if known else self._catalogue.add(Draft(image, below, tuple(layers)))

    def run(self, request: RunRequest) -> LocalImage:
        """Have the daemon run instructions."""
        return self._made(self._daemon().run(self._local(request)))

    def work_in(self, request: RunRequest, work: Callable[[RunningContainer], None]) -> LocalImage:
        """Let *work* use a container of the daemon."""
        return self._made(self._daemon().work_in(self._local(request), work))

    def build_dockerfile(self, request: DockerfileRequest) -> LocalImage:
        """Have the daemon build a Dockerfile."""
        return self._made(self._daemon().build_dockerfile(request))

    def shell(self, request: RunRequest, terminal: Terminal) -> None:
        """Let the user work in a container of the daemon."""
        self._daemon().shell(self._local(request), terminal)

    @contextmanager
    def tree(self, image: LocalImage) -> Iterator[ImageFiles]:
        """Open the files of *image*: read from its layers, wherever these are."""
        known = self._catalogue.find(image.id)
        opened = self._trees.opened(known) if known else self._daemon().tree(image)
        with opened as tree:
            yield tree

    def tag(self, image: LocalImage, reference: str) -> None:
        """Give an image of the daemon one more tag."""
        self._daemon().tag(image, reference)

    def untag(self, reference: str) -> None:
        """Remove a tag of the daemon."""
        self._daemon().untag(reference)

    def discard(self, image: LocalImage) -> None:
        """Remove an image of the daemon that was a step on the way; a draft is nowhere."""
        if self._started is not None:
            self._started.discard(self._in_daemon_as.pop(image.id, image))

    def settle(self) -> None:
        """Wait until what was discarded is gone."""
        if self._started is not None:
            self._started.settle()

    def tagged(self, repository: str) -> Sequence[TaggedImage]:
        """Return the tags that the daemon has in *repository*."""
        return self._daemon().tagged(repository)

    def sweep(self) -> None:
        """Do nothing: the daemon is swept when it is first needed."""

    def interrupt(self) -> None:
        """End whatever runs now."""
        if self._started is not None:
            self._started.interrupt()

    def push(self, image: LocalImage, reference: str) -> None:
        """Have the daemon push."""
        self._daemon().push(image, reference)

    def shares_files(self) -> bool:
        """Whether containers can mount folders of this host."""
        return self._daemon().shares_files()

    def volume(self) -> AbstractContextManager[str]:
        """Give a volume of the daemon."""
        return self._daemon().volume()

    def pull(self, reference: str, image: LocalImage) -> LocalImage:
        """Let the daemon have *image*, which is stored as *reference*."""
        return self._daemon().pull(reference, image)

    def _daemon(self) -> Backend:
        with self._guard:
            if self._started is None:
                started = self._start()
                started.sweep()
                self._started = started
            return self._started

    def _daemons_own(self, reference: str, error: UnknownBaseError) -> BaseImage:
        """Return a base image that is in no registry, but was made on this host."""
        try:
            return self._daemon().resolve_base(reference)
        except BuildError:
            raise error from None

    def _made(self, image: LocalImage) -> LocalImage:
        self._catalogue.forget(image.id)
        return image

    def _local(self, request: RunRequest) -> RunRequest:
        return replace(request, base=self._in_daemon(request.base), ahead=nothing_ahead)

    def _in_daemon(self, image: LocalImage) -> LocalImage:
        """Return *image*, after the daemon got it if it did not have it."""
        known, daemon = self._catalogue.find(image.id), self._daemon()
        if isinstance(known, Draft):
            below = self._in_daemon(known.below.image)
            made = daemon.assemble(below, known.layers, image.config, "", is_step=True)
            self._in_daemon_as[image.id] = made
            return made
        if isinstance(known, StoredImage):
            return self._pulled(known) if known.blobs else self._loaded(known)
        return image

    def _loaded(self, known: StoredImage) -> LocalImage:
        """Have the daemon make an image that has no layers, so that none is to be pulled."""
        image, daemon = known.image, self._daemon()
        below = daemon.resolve_base(SCRATCH, image.config.platform).image
        made = daemon.assemble(below, (), image.config, "", is_step=True)
        self._in_daemon_as[image.id] = made
        return made

    def _pulled(self, known: StoredImage) -> LocalImage:
        try:
            return self._daemon().pull(str(known.reference), known.image)
        except DaemonError:
            self._catalogue.lost.check(known.reference, known.blobs, self._bases.carrier)
            raise
